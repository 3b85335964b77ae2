/// The version that `--version` and reports tell.
package let toolVersion = "0.1.0"
