// What a PCnet on a board does and QEMU's does not, by one name each, so that a test can have it done. What all of them do
// is in PCnetCard. Sources: Linux drivers/net/ethernet/amd/pcnet32.c, FreeBSD sys/dev/pcn/if_pcn.c; functions in
// parentheses.

/// A way in which a card is harder to drive.
public enum PCnetQuirk: String, CaseIterable, Sendable {
    /// Whoever had the card chose its port by hand, and a reset by a read leaves that (pcnet32_open, BCR2; pcn_init_locked,
    /// PCN_MISC_ASEL): with a mode of 0 it is the one that has no cable.
    case handChosenPort
    /// The EEPROM has the first light show something else than the link (BCR4; pcnet32_probe1 enables writes to lights).
    case otherLight
    /// A reset by a read takes the better part of a millisecond (pcn_reset).
    case slowReset
    /// An Am79C974: with IDON cleared it hears nothing more (pcnet32_open, "triggers a bug in the '974").
    case deafOnceDone
    /// As QEMU 7.2 has it, hw/net/pcnet.c, pcnet_receive: OWN is cleared before the frame's length is there.
    case tellsEarly
    /// The bus is so busy that a frame comes too late now and then; where DXSUFLO is clear, sending ends by that
    /// (pcn_init_locked, PCN_IMR_DXSUFLO).
    case underflows
}
