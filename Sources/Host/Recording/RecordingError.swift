// Why a recording cannot be read or followed, or a machine cannot be spoken to.
import Hardware

/// A recording that is none, or that does not fit what is asked of it; a machine that does not answer.
public enum RecordingError: Error, Hashable, Sendable {
    /// The text does not begin as a recording of this version does.
    case title
    /// A line cannot be read; counted from 1.
    case line(Int)
    /// Discovery asked for something else than was recorded.
    case divergence(ReplayingAccess.Divergence)
    /// Discovery asked for less than was recorded.
    case unread(accesses: Int)
    /// The boot information was refused.
    case bootInformation(BootInformationError)
    /// QEMU's test socket failed.
    case connection(String)
}
