/** A set of keyed hashes, 8 bytes each: a check of millions of rows stays small. Two of them alike by chance is one in billions. */
export class SeenMarks {
  #slots = new BigUint64Array(1 << 16);
  #size = 0;

  /** @returns whether it was there already */
  add(hash: Buffer): boolean {
    const mark = hash.readBigUInt64LE(0) || 1n;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    const place = this.#placeOf(mark);
    if (this.#slots[place] === mark) return true;
    this.#slots[place] = mark;
    this.#size += 1;
    return false;
  }

  has(hash: Buffer): boolean {
    const mark = hash.readBigUInt64LE(0) || 1n;
    return this.#slots[this.#placeOf(mark)] === mark;
  }

  #placeOf(mark: bigint): number {
    let place = Number(mark & BigInt(this.#slots.length - 1));
    while (this.#slots[place] !== 0n && this.#slots[place] !== mark) place = (place + 1) & (this.#slots.length - 1);
    return place;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new BigUint64Array(old.length * 2);
    for (const mark of old) if (mark !== 0n) this.#slots[this.#placeOf(mark)] = mark;
  }
}
