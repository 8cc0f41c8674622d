import { int32At } from '#platform/database/copy-out.ts';

/**
 * Tells whether two sets of (entry id, leaf hash) are the same without sorting or joining millions of rows: the sum, modulo
 * 2^64, of a keyed hash (HalfSipHash-2-4) of every pair. The key is random, new for each verification and known to nobody
 * else, so whoever tampered before cannot have chosen rows whose sums agree; by chance they do once in 2^64.
 */
export class SetDigest {
  #low = 0;
  #high = 0;
  readonly #k0: number;
  readonly #k1: number;

  /** @param key eight random bytes. */
  constructor(key: Uint8Array) {
    this.#k0 = int32At(Buffer.from(key), 0);
    this.#k1 = int32At(Buffer.from(key), 4);
  }

  /** Adds the pair whose id (16 bytes) and hash (32 bytes) are at these places. */
  add(bytes: Buffer, idAt: number, hashAt: number): void {
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee;
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    // Twelve words, and one more that ends the message as SipHash ends it.
    for (let word = 0; word <= 12; word++) {
      const part = word < 4 ? int32At(bytes, idAt + word * 4) : word < 12 ? int32At(bytes, hashAt + (word - 4) * 4) : 48 << 24;
      v3 ^= part;
      for (let round = 0; round < 2; round++) {
        v0 = (v0 + v1) | 0;
        v1 = (v1 << 5) | (v1 >>> 27);
        v1 ^= v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = (v3 << 8) | (v3 >>> 24);
        v3 ^= v2;
        v0 = (v0 + v3) | 0;
        v3 = (v3 << 7) | (v3 >>> 25);
        v3 ^= v0;
        v2 = (v2 + v1) | 0;
        v1 = (v1 << 13) | (v1 >>> 19);
        v1 ^= v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      v0 ^= part;
    }
    v2 ^= 0xee;
    for (let half = 0; half < 2; half++) {
      for (let round = 0; round < 4; round++) {
        v0 = (v0 + v1) | 0;
        v1 = (v1 << 5) | (v1 >>> 27);
        v1 ^= v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = (v3 << 8) | (v3 >>> 24);
        v3 ^= v2;
        v0 = (v0 + v3) | 0;
        v3 = (v3 << 7) | (v3 >>> 25);
        v3 ^= v0;
        v2 = (v2 + v1) | 0;
        v1 = (v1 << 13) | (v1 >>> 19);
        v1 ^= v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      if (half === 0) {
        this.#addLow((v1 ^ v3) >>> 0);
        v1 ^= 0xdd;
      }
    }
    this.#high = (this.#high + (v1 ^ v3)) | 0;
  }

  /** Takes in what another digest under the same key has summed up. */
  include([low, high]: readonly [number, number]): void {
    this.#addLow(low);
    this.#high = (this.#high + high) | 0;
  }

  get sum(): readonly [number, number] {
    return [this.#low, this.#high];
  }

  equals(other: SetDigest): boolean {
    return this.#low === other.#low && this.#high === other.#high;
  }

  #addLow(part: number): void {
    this.#low += part;
    if (this.#low > 0xffff_ffff) {
      this.#low -= 0x1_0000_0000;
      this.#high = (this.#high + 1) | 0;
    }
  }
}
