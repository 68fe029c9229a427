/** What this folder uses of protomux 3 (it publishes no types). */
declare module 'protomux' {
  class Protomux {
    /** the one multiplexer of a stream, made on first use */
    static from(stream: object): Protomux
    /** `null` when the stream is destroyed or the protocol is open on it already */
    createChannel(options: {
      protocol: string
      messages: readonly { onmessage(bytes: Uint8Array): void }[]
      onopen?(): void
      onclose?(): void
      ondrain?(): void
    }): Protomux.Channel | null
    /** until `uncork`, what is sent waits and then goes as one batch */
    cork(): void
    uncork(): void
  }

  namespace Protomux {
    interface Channel {
      readonly messages: readonly { send(bytes: Uint8Array): boolean }[]
      open(): void
    }
  }

  export = Protomux
}
