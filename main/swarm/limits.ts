/** The largest frame, both ways, in bytes (design: frame 4 MiB). */
export const frameLimit = 4 * 1_048_576

/**
 * Frames that one connection may deliver: a burst, and a sustained rate per second. The transport has no flow control
 * towards the reader (UDX acknowledges what nobody reads), so a faster peer can only be hung up on, never paused;
 * twice what blobs in 64 KiB pieces need on loopback.
 */
export const frameBurst = 10_000
export const framesPerSecond = 5_000

/** Bytes written to one connection and not yet passed on; a reader who lets more pile up is hung up on. */
export const backlogLimit = 64 * 1_048_576

/** Connections altogether, and those among them with devices this side did not ask for. */
export const connectionLimit = 256
export const strangerLimit = 64

/** Dials at once. A dead peer's last address holds one for up to 8 s, so the library's 3 would make live peers wait. */
export const dialLimit = 16

/** A connection is kept alive every 5 s from both ends; one that says nothing for this many seconds is dead. */
export const silenceLimit = 12

/** Seconds for the other end to open its channel; a half-open connection never does. */
export const openingLimit = 5

/**
 * Milliseconds after which a dial, or a connection not yet open, gives way to the same peer calling in: that one has
 * shown it can get through. Longer than a dial takes when all goes well on a busy machine, or both ends give way at once.
 */
export const staleDial = 2_000

/** Milliseconds for a dial on one machine, which takes a few or finds nobody. */
export const localDial = 3_000

/** Milliseconds after a connection began in which another handshake of the same peer is an old one that crossed it. */
export const crossing = 1_000

/** Bulk: bytes of one piece, and bytes waiting to be sent beyond which no further piece is: what a frame waits behind. */
export const pieceBytes = 65_536
export const bulkBacklog = 262_144

/** Questions for bytes that one connection may put at once and per second: of a chunk of 1 MiB each. */
export const asksAtOnce = 256
export const asksPerSecond = 1_000

/** Milliseconds between signs of life on a connection by WebSocket, as hyperdht has it for its own. */
export const keepAlive = 5_000

/** Bytes of one WebSocket message: more than a whole message of the Noise stream never comes. */
export const socketMessageLimit = 17 * 1_048_576

/** WebSockets that came in and have not proved a key yet. */
export const unprovedLimit = 64
