import type { Keys } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { int32At, int64At } from '#platform/database/copy-out.ts';
import { openOwnCheckpoint } from './log-keys.ts';
import { Frontier, HASH } from './merkle.ts';
import { SetDigest } from './set-digest.ts';
import type { Snapshot } from './snapshot.ts';
import { WIDTH } from './tiles.ts';
import type { Finding } from './verify-ledger.ts';

export interface LogFound {
  /** Leaves with a position. */
  readonly size: number;
  readonly checkpoints: number;
  readonly findings: readonly Finding[];
  /** Verifier keys of everything that signed a checkpoint. */
  readonly signedBy: ReadonlySet<string>;
  /** Over entry id and leaf of every position; see {@link SetDigest}. */
  readonly sum: readonly [number, number];
}

/**
 * Recomputes the whole tree from its leaves, in order: positions follow one another, every tile is the one the leaves give,
 * and every checkpoint ever signed, as well as the one kept outside the database, is a signed statement of ours with the
 * root the tree had at that size. So each is consistent with the next, without a proof between them.
 */
export async function verifyLog(
  snapshot: Snapshot,
  keys: Keys,
  outsideNote: string | undefined,
  digestKey: Uint8Array,
): Promise<LogFound> {
  const checkpoints = await readCheckpoints(snapshot, keys);
  const outside = outsideNote === undefined ? undefined : openOwnCheckpoint(keys, outsideNote);
  const tiles = await readTileRoots(snapshot);
  const findings = new Findings();
  findings.add(...checkpoints.findings, ...tiles.findings);
  if (outsideNote !== undefined && !outside)
    findings.add({
      code: 'outside-not-ours',
      where: 'outside',
      text: 'The checkpoint kept outside the database is not signed by us.',
    });

  const digest = new SetDigest(digestKey);
  const frontier = new Frontier();
  let next = 0;
  let gap = false;
  const look = () => {
    const { size } = frontier;
    for (; next < checkpoints.sizes.length && (checkpoints.sizes[next] as number) <= size; next++) {
      if (checkpoints.sizes[next] === size && frontier.root().equals(checkpoints.rootOf(next))) continue;
      const since = next === 0 ? 0 : (checkpoints.sizes[next - 1] as number);
      findings.add({
        code: 'checkpoint-contradicted',
        where: `checkpoint ${next}`,
        text: `Checkpoint ${next} was signed over ${checkpoints.sizes[next]} leaves with another root: a leaf between position ${since} and it, or the checkpoint, was changed.`,
      });
    }
    if (outside?.size === size && !frontier.root().equals(outside.root))
      findings.add({
        code: 'outside-contradicted',
        where: 'outside',
        text: `The first ${size} leaves are not those of the checkpoint kept outside the database.`,
      });
  };
  look();
  await snapshot.rows('select position, entry_id, leaf_hash from ledger_leaf order by position', 3, ({ bytes, at }) => {
    digest.add(bytes, at[1] as number, at[2] as number);
    const position = int64At(bytes, at[0] as number);
    if (gap) return;
    if (position !== frontier.size) {
      gap = true;
      findings.add({
        code: 'position-missing',
        where: `position ${Math.min(position, frontier.size)}`,
        text:
          position > frontier.size
            ? `Position ${frontier.size} of the log has no leaf.`
            : `Position ${position} of the log has more than one leaf.`,
      });
      return;
    }
    frontier.add(bytes.subarray(at[2] as number, (at[2] as number) + HASH), (height, number, root) => {
      if (height % 8 === 0) findings.add(...tiles.compare(height / 8 - 1, number, root));
    });
    if (frontier.size === checkpoints.sizes[next] || frontier.size === outside?.size) look();
  });

  const { size } = frontier;
  if (!gap) {
    findings.add(...tiles.rest(size));
    const unreached = checkpoints.sizes.findIndex((signed) => signed > size);
    const last = checkpoints.sizes.at(-1);
    if (unreached >= 0)
      findings.add({
        code: 'log-truncated',
        where: `position ${size}`,
        text: `Checkpoint ${unreached} was signed over ${checkpoints.sizes[unreached]} leaves; the log ends before position ${size}.`,
      });
    else if (size > (last ?? 0) || (last === undefined && size > 0))
      findings.add({
        code: 'checkpoint-missing',
        where: `position ${last ?? 0}`,
        text: `Leaves from position ${last ?? 0} on are under no checkpoint: the last checkpoint is gone.`,
      });
    if (outside && outside.size > (last ?? 0))
      findings.add({
        code: 'rolled-back',
        where: 'outside',
        text: `The database was rolled back: a checkpoint over ${outside.size} leaves was kept outside it, and its own last one is over ${last ?? 0}.`,
      });
  }
  return { size, checkpoints: checkpoints.sizes.length, findings: findings.all, signedBy: checkpoints.signedBy, sum: digest.sum };
}

/** The first of each code, in the order they are come upon. */
class Findings {
  readonly all: Finding[] = [];

  add(...found: Finding[]): void {
    for (const one of found) if (!this.all.some(({ code }) => code === one.code)) this.all.push(one);
  }
}

/** Sizes and roots of every checkpoint whose own statement is in order, forty bytes each. */
async function readCheckpoints(snapshot: Snapshot, keys: Keys) {
  const findings: Finding[] = [];
  const sizes: number[] = [];
  const signedBy = new Set<string>();
  let roots = Buffer.alloc(HASH * 1024);
  const wrong = (number: number, code: string, text: string) => {
    findings.push({ code, where: `checkpoint ${number}`, text: `Checkpoint ${number} ${text}` });
  };
  await snapshot.rows('select number, size, root, note from ledger_checkpoint order by number', 4, ({ bytes, at, length }) => {
    const expected = sizes.length;
    const number = int64At(bytes, at[0] as number);
    const size = int64At(bytes, at[1] as number);
    const root = bytes.subarray(at[2], (at[2] as number) + HASH);
    const own = openOwnCheckpoint(keys, bytes.toString('utf8', at[3], (at[3] as number) + (length[3] as number)));
    if (number !== expected && findings.length === 0) wrong(expected, 'checkpoint-gone', 'is missing.');
    if (!own) wrong(number, 'checkpoint-not-ours', 'is not signed by a key in keys.json, or was changed.');
    else if (own.size !== size || !own.root.equals(root))
      wrong(number, 'checkpoint-not-as-signed', 'does not say what was signed.');
    if (own) signedBy.add(writeVkey(own.key));
    if (size < (sizes.at(-1) ?? 0)) wrong(number, 'checkpoint-shrinks', 'is over fewer leaves than the one before.');
    if ((expected + 1) * HASH > roots.length) roots = Buffer.concat([roots, Buffer.alloc(roots.length)]);
    root.copy(roots, expected * HASH);
    sizes.push(size);
  });
  return { findings, sizes, signedBy, rootOf: (at: number) => roots.subarray(at * HASH, (at + 1) * HASH) };
}

/** The roots of all full tiles: an eighth of a byte for each leaf, so that the tree is computed beside them in one pass. */
async function readTileRoots(snapshot: Snapshot) {
  const findings: Finding[] = [];
  const levels: { roots: Buffer; many: number }[] = [];
  const wrong = (level: number, number: number, what: string): Finding => ({
    code: 'tile-wrong',
    where: `tile ${level}/${number}`,
    text: `Tile ${level}/${number} of the log ${what}.`,
  });
  await snapshot.rows('select level, number, root from ledger_tile order by level, number', 3, ({ bytes, at }) => {
    const level = int32At(bytes, at[0] as number) >> 16;
    const number = int64At(bytes, at[1] as number);
    levels[level] ??= { roots: Buffer.alloc(HASH * 1024), many: 0 };
    const held = levels[level];
    if (number !== held.many) {
      if (findings.length === 0) findings.push(wrong(level, held.many, 'is missing'));
      return;
    }
    if ((held.many + 1) * HASH > held.roots.length) held.roots = Buffer.concat([held.roots, Buffer.alloc(held.roots.length)]);
    bytes.copy(held.roots, held.many * HASH, at[2], (at[2] as number) + HASH);
    held.many += 1;
  });
  return {
    findings,
    compare(level: number, number: number, root: Buffer): Finding[] {
      const held = levels[level];
      if (!held || number >= held.many) return [wrong(level, number, 'is missing')];
      return held.roots.compare(root, 0, HASH, number * HASH, (number + 1) * HASH) === 0
        ? []
        : [wrong(level, number, 'is not the hash of its leaves')];
    },
    rest: (size: number): Finding[] =>
      levels.flatMap((held, level) => {
        const full = Math.floor(size / WIDTH ** (level + 1));
        return held.many > full ? [wrong(level, full, 'covers leaves that are not there')] : [];
      }),
  };
}
