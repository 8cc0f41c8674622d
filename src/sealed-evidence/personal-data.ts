import type { PersonalData } from '#src/personal-data.ts';

const SEALED = {
  bg: 'Запечатани доказателства за съгласията, само когато правни претенции ги налагат (чл. 17, параграф 3, букви б и д).',
  en: 'Sealed evidence of consents, only where legal claims make it necessary (Art. 17(3)(b), (e)).',
};

/**
 * What may outlive a person where a claim or the authority makes it necessary (Art. 17(3)(b), (e)): their consents, sealed, with
 * a keyed hash of their address as the only way back. Of somebody who is here nothing is held: it comes into being at erasure.
 */
export const sealedEvidenceData: PersonalData = {
  slice: 'sealed-evidence',
  tables: {
    evidence_policy: { impersonal: 'whether evidence is kept at an erasure, why, and for how long' },
    evidence_capsule: {
      columns: { id: 'reference', ground: 'reference', sealed: 'secret', sealed_on: 'reference', keep_until: 'reference' },
      onErasure: 'kept-without-identity',
      keptBecause: SEALED,
    },
    evidence_handle: {
      columns: { handle: 'secret', capsule_id: 'reference', wrapped_key: 'secret' },
      onErasure: 'kept-without-identity',
      keptBecause: SEALED,
    },
    evidence_opening: {
      columns: {
        id: 'reference',
        handle: 'secret',
        ground: 'reference',
        reference: 'reference',
        requested_by: 'reference',
        requested_at: 'reference',
        decision: 'reference',
        decided_by: 'reference',
        decided_at: 'reference',
        opened_at: 'reference',
        found: 'reference',
      },
      onErasure: 'kept-without-identity',
      keptBecause: SEALED,
    },
  },

  export: async () => [],
  erase: async () => {},
};
