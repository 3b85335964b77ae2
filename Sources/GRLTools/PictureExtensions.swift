/// Extensions of the files that hold pictures, for the completion of their names.
package let pictureExtensions = ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]
