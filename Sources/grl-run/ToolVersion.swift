/// The version that `--version` and reports tell.
let toolVersion = "0.1.0"
