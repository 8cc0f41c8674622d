import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { type AddressKey, handleOf } from './capsule.ts';
import type { OpeningGround } from './list-openings.ts';

/** Asks whether evidence of the owner of an address is kept. Whether there is any nobody learns before a second person agrees. */
export async function requestOpening(
  tx: Transaction,
  keys: Keys,
  asked: {
    readonly address: AddressKey;
    readonly ground: OpeningGround;
    readonly reference: string;
    readonly requestedBy: string;
  },
): Promise<string> {
  const { id } = await tx
    .insertInto('evidence_opening')
    .values({
      handle: handleOf(keys, asked.address),
      ground: asked.ground,
      reference: asked.reference,
      requested_by: asked.requestedBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
