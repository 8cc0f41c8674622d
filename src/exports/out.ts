/** Bytes as they are written, to be taken away piece by piece: one buffer instead of a string per value. */
export class Out {
  #bytes = Buffer.allocUnsafe(1 << 18);
  #used = 0;

  /** Room for so many bytes more; write them into `bytes` from `used` on, then say where that ended. */
  room(more: number): Buffer {
    if (this.#used + more > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + more));
      this.#bytes.copy(wider, 0, 0, this.#used);
      this.#bytes = wider;
    }
    return this.#bytes;
  }

  get used(): number {
    return this.#used;
  }

  set used(end: number) {
    this.#used = end;
  }

  text(text: string): void {
    // No character takes more than three bytes for each of its UTF-16 units.
    this.#used += this.room(text.length * 3).write(text, this.#used);
  }

  /** What was written since it was last taken. */
  take(): Buffer<ArrayBuffer> {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
    return taken;
  }
}
