import type { PersonalData } from '#src/personal-data.ts';

/** Answers given to programs in the last 24 hours. Those that speak of a contact are deleted with the contact's row. */
export const idempotencyData: PersonalData = {
  slice: 'idempotency',
  tables: {
    idempotency: {
      columns: {
        key_hash: 'secret',
        request_hash: 'secret',
        status: 'reference',
        body: 'derived',
        contact_id: 'reference',
        created_at: 'reference',
      },
      onErasure: 'deleted',
    },
  },
  export: async () => [],
  erase: async () => {},
};
