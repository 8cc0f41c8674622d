import { COSIGNATURE } from '#platform/crypto/cosignature.ts';
import { readVkey } from '#platform/crypto/signed-note.ts';
import type { Services } from '#src/services.ts';
import { askWitness, type Witness } from './ask-witness.ts';

const WITNESS_EVERY_MS = 10_000;
/** A qualified time stamp costs money; an hour is nearer than any dispute asks for. */
const STAMP_EVERY_MS = 3_600_000;
const RETRY_MS = 60_000;

export interface Attesting {
  /** Lets the question under way end. */
  stop(): Promise<void>;
}

/** Has others attest the log's states, where they are configured. Signing goes on whether they answer or not. */
export function startAttesting({ db, config, log }: Services): Attesting {
  const { witnesses, timestampUrl } = config.ledger;
  const loops = [
    ...witnesses.map(({ vkey, url }) => {
      const witness = witnessOf(vkey, url);
      return repeat(WITNESS_EVERY_MS, () => askWitness(db, witness), `witness ${witness.name}`);
    }),
    ...(timestampUrl ? [repeat(STAMP_EVERY_MS, () => stamp(timestampUrl), 'time stamp authority')] : []),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };

  /** What reads ASN.1 is loaded only where somebody is asked for time stamps. */
  async function stamp(authority: string): Promise<unknown> {
    const { stampCheckpoint } = await import('./stamp-checkpoint.ts');
    return stampCheckpoint(db, authority);
  }

  function repeat(every: number, ask: () => Promise<unknown>, whom: string): Attesting {
    let stopping = false;
    let wake: (() => void) | undefined;
    const running = (async () => {
      while (!stopping) {
        let pause = every;
        try {
          await ask();
        } catch (err) {
          log.warn({ err, whom, finding: (err as Error).message }, 'the log was not attested');
          pause = RETRY_MS;
        }
        if (!stopping) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, pause);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
      }
    })();
    return {
      async stop() {
        stopping = true;
        wake?.();
        await running;
      },
    };
  }
}

function witnessOf(vkey: string, url: string): Witness {
  const key = readVkey(vkey, COSIGNATURE);
  if (!key) throw new TypeError('the configuration lets no other key through');
  return { ...key, url };
}
