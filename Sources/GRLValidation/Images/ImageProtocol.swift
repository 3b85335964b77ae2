/// How published results of a task are measured.
package enum ImageProtocol: String, Sendable, CaseIterable {
    /// Super-resolution: as many pixels of border as the scale are left out, and luma is what is compared.
    case sr
    /// Removal of noise, which is added to clean pictures where its strength is given.
    case dn
    /// Removal of JPEG artefacts; blocking is measured too.
    case jpeg
    /// Motion deblurring.
    case deblur
    /// Defocus deblurring, of one view or two; results are compared without rounding, since pictures have 16 bits.
    case defocus
    /// Demosaicking, of pictures that were interpolated before.
    case demosaic
    /// Nothing but the restoration.
    case plain

    /// Pixels on each side that do not count.
    package func border(scale: Int) -> Int { self == .sr ? scale : 0 }

    /// The sample that stands for 1 in what is compared; nil where results are not rounded.
    package var largestSample: Int? { self == .defocus ? nil : 255 }

    /// Whether PSNR-B is measured.
    package var measuresBlocking: Bool { self == .jpeg }

    /// Whether networks for gray pictures get MATLAB's luma of colour pictures, instead of the usual one.
    var takesMATLABLuma: Bool { self == .jpeg }
}
