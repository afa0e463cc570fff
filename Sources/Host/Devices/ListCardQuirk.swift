// What an 8255x on a board does and QEMU's does not, by one name each, so that a test can have it done. What all of them do
// is in ListCard. Sources: Linux drivers/net/ethernet/intel/e100.c, FreeBSD sys/dev/fxp/if_fxp.c, iPXE
// src/drivers/net/eepro100.c; functions in parentheses.

/// A way in which a card is harder to drive.
public enum ListCardQuirk: String, CaseIterable, Sendable {
    /// A unit that is told to resume enters the next command, whatever the one that it stopped behind says by now, and
    /// sends for about as long as its driver puts more in line (ifec_tx_wake).
    case resumesBlindly
    /// The EEPROM has 256 words, and eight bits of address (e100_eeprom_read).
    case longEEPROM
    /// After a reset the pointer is anything.
    case wildPointer
    /// The PHY is isolated and powered down until it is told otherwise (e100_phy_init).
    case sleepingPHY
    /// What is written to PORT is on its way until something is read, or for some microseconds (e100_write_flush).
    case postedWrites
    /// All is forgotten in good order only by a card that was taken off the bus before (e100_hw_reset).
    case busyAtReset
    /// The command unit says that its last command is done some time before it is idle or suspended.
    case slowToStop
    /// A command waits long to be heard (E100_WAIT_SCB_TIMEOUT).
    case slowToHear
    /// An 82557: it has no general status, and its receiver locks up now and then until multicast addresses are set up
    /// (e100_watchdog, fxp_tick).
    case old
}
