import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { type EvidenceGrade, evidenceGrades, gradeEvidence } from '#src/consent/grade-evidence.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Actor, Evidence } from '#src/ledger/entry.ts';
import type { Purpose } from '#src/purposes/purpose.ts';

/** How people stand under a purpose on one channel. Each person is in exactly one of the groups. */
export interface ChannelCoverage {
  readonly channel: string;
  /** A consent or another basis stands, and nothing stops it. */
  readonly standing: number;
  /** It stands, but an objection or a restriction stops it. */
  readonly stopped: number;
  /** Asked and not answered yet. */
  readonly waiting: number;
  readonly refused: number;
  readonly withdrawn: number;
  readonly expired: number;
  /** Another basis than consent that ended. */
  readonly ended: number;
  /** Here, but never asked and without a basis. */
  readonly neverAsked: number;
}

export interface Coverage {
  readonly channels: readonly ChannelCoverage[];
  /** Standing and stopped ones by what they rest on. */
  readonly grounds: readonly { channel: string; legalBasis: string | null; permissionGround: string | null; people: number }[];
  /** Consents that stand, by how well they are proven. */
  readonly grades: readonly { grade: EvidenceGrade; consents: number }[];
  /** The same by the text people agreed to, and by the version of the purpose it spoke of. */
  readonly texts: readonly {
    notice: { slug: string; version: number } | null;
    language: Language | null;
    purposeVersion: number | null;
    consents: number;
  }[];
  /** When this was counted: beyond some hundred thousand people a count is kept for a while. */
  readonly countedAt: Date;
}

/** A count that took longer is kept for longer. */
const QUICK_MS = 300;
const KEPT_MS = { quick: 5_000, slow: 600_000 };

const kept = new WeakMap<Database, Map<string, { coverage: Promise<Coverage>; until: number }>>();

/** Counts how people stand under a purpose; a count that is costly is answered again for ten minutes, with its time. */
export async function coverPurpose(db: Database, purpose: Purpose): Promise<Coverage> {
  const counts = kept.get(db) ?? new Map();
  kept.set(db, counts);
  const held = counts.get(purpose.id);
  if (held && held.until > Date.now()) return held.coverage;

  const began = Date.now();
  // Whoever asks while it is counted waits for the same count.
  const one = { coverage: countCoverage(db, purpose), until: Number.POSITIVE_INFINITY };
  counts.set(purpose.id, one);
  try {
    const coverage = await one.coverage;
    one.until = Date.now() + (Date.now() - began > QUICK_MS ? KEPT_MS.slow : KEPT_MS.quick);
    return coverage;
  } catch (cause) {
    counts.delete(purpose.id);
    throw cause;
  }
}

async function countCoverage(db: Database, purpose: Purpose): Promise<Coverage> {
  const register = purpose.legalBasis === 'consent' ? 'consent' : 'basis';
  const [groups, consents, total, now] = await Promise.all([
    countGroups(db, purpose, register),
    register === 'consent' ? countConsentsByProof(db, purpose.id) : [],
    sql<{ n: number }>`select count(*)::int as n from contact where state <> 'merged'`.execute(db),
    sql<{ at: Date }>`select now() as at`.execute(db),
  ]);
  const people = total.rows[0]?.n ?? 0;
  return {
    channels: purpose.channels.map((channel) => {
      const of = (what: string) =>
        groups.filter((one) => one.channel === channel && one.what === what).reduce((sum, one) => sum + one.people, 0);
      const known = groups.filter((one) => one.channel === channel).reduce((sum, one) => sum + one.people, 0);
      return {
        channel,
        standing: of('standing'),
        stopped: of('stopped'),
        waiting: of('waiting'),
        refused: of('refused'),
        withdrawn: of('withdrawn'),
        expired: of('expired'),
        ended: of('ended'),
        neverAsked: Math.max(0, people - known),
      };
    }),
    grounds: groups
      .filter((one) => one.what === 'standing')
      .map((one) => ({
        channel: one.channel,
        legalBasis: one.legal_basis,
        permissionGround: one.permission_ground,
        people: one.people,
      })),
    grades: evidenceGrades.map((grade) => ({
      grade,
      consents: consents.filter((one) => gradeOf(one) === grade).reduce((sum, one) => sum + one.consents, 0),
    })),
    texts: textsOf(consents),
    countedAt: now.rows[0]?.at ?? new Date(),
  };
}

/** One pass over the states of the purpose: each person's one row per channel that decides, the others left out. */
async function countGroups(db: Database, purpose: Purpose, register: 'consent' | 'basis') {
  const { rows } = await sql<{
    channel: string;
    what: string;
    legal_basis: string | null;
    permission_ground: string | null;
    people: number;
  }>`
    with stopping as materialized (
      select contact_id, channel from permission_state
       where register in ('objection', 'restriction') and kind in ('objected', 'restricted')
         and purpose_id in (${purpose.id}::uuid, '00000000-0000-0000-0000-000000000000')
    ), stated as (
      -- One row for each person, channel and register: what looks like a maximum is that row's value.
      select contact_id, channel, max(kind) filter (where register = ${register}) as kind, max(until) filter (where register = ${register}) as until,
             max(legal_basis) filter (where register = ${register}) as legal_basis,
             max(permission_ground) filter (where register = ${register}) as permission_ground
        from permission_state
       where purpose_id = ${purpose.id}::uuid and register in (${register}, ${register === 'consent' ? 'request' : register})
       group by contact_id, channel
    ), grouped as (
      select s.channel, s.legal_basis, s.permission_ground,
             case when s.kind in ('consent-given', 'consent-renewed') and coalesce(s.until, 'infinity') <= now() then 'expired'
                  when s.kind = 'basis-asserted' and coalesce(s.until, 'infinity') <= now() then 'ended'
                  when s.kind in ('consent-given', 'consent-renewed', 'basis-asserted') then
                    case when exists (select from stopping o where o.contact_id = s.contact_id and o.channel in (s.channel, '*'))
                         then 'stopped' else 'standing' end
                  when s.kind is null then 'waiting'
                  when s.kind = 'consent-refused' then 'refused'
                  when s.kind = 'consent-withdrawn' then 'withdrawn'
                  when s.kind = 'consent-expired' then 'expired'
                  else 'ended' end as what
        from stated s
    )
    select channel, what, case when what = 'standing' then legal_basis end as legal_basis,
           case when what = 'standing' then permission_ground end as permission_ground, count(*)::int as people
      from grouped group by 1, 2, 3, 4 order by 1, 2, 5 desc`.execute(db);
  return rows;
}

interface ProvenConsents {
  readonly method: string;
  readonly actor: Actor['kind'];
  readonly shown: string | null;
  readonly has_file: boolean;
  readonly has_note: boolean;
  readonly has_optin: boolean;
  /** The grade a history from another log came with. */
  readonly brought: string | null;
  readonly has_notice: boolean;
  readonly notice_slug: string | null;
  readonly notice_version: number | null;
  readonly language: Language | null;
  readonly purpose_version: number | null;
  readonly consents: number;
}

// Most consents have none of these: a look is cheaper than the words.
const proof = {
  hasFile: sql`e.evidence ? 'file' and coalesce(trim(e.evidence->>'file'), '') <> ''`,
  hasNote: sql`e.evidence ? 'note' and coalesce(trim(e.evidence->>'note'), '') <> ''`,
  hasOptin: sql`e.evidence ? 'optinTime' and coalesce(trim(e.evidence->>'optinTime'), '') <> '' and coalesce(trim(e.evidence->>'optinIp'), '') <> ''`,
  brought: sql`case when e.method in ('merge', 'unmerge') or e.evidence ? 'package' and coalesce(trim(e.evidence->>'package'), '') <> '' then coalesce(e.evidence->>'grade', '') end`,
};

/** Of a ledger entry `e`: all that its grade depends on, as one text. */
export const proofSignature = sql<string>`jsonb_build_array(e.method, e.actor, e.evidence->>'shown', ${proof.hasFile}, ${proof.hasNote},
  ${proof.hasOptin}, ${proof.brought}, e.notice_hash is not null)::text`;

/** The grade of every consent whose {@link proofSignature} is this. */
export function gradeOfSignature(signature: string): EvidenceGrade | undefined {
  const [method, actor, shown, has_file, has_note, has_optin, brought, has_notice] = JSON.parse(signature);
  return gradeOf({ method, actor, shown, has_file, has_note, has_optin, brought, has_notice });
}

async function countConsentsByProof(db: Database, purposeId: string): Promise<ProvenConsents[]> {
  const { rows } = await sql<ProvenConsents>`
    with proven as (
      select e.method, e.actor, e.evidence->>'shown' as shown,
             ${proof.hasFile} as has_file, ${proof.hasNote} as has_note, ${proof.hasOptin} as has_optin, ${proof.brought} as brought,
             e.notice_hash, e.language, e.purpose_version, count(*)::int as consents
        from permission_state s join ledger_entry e on e.id = s.entry_id
       where s.purpose_id = ${purposeId}::uuid and s.register = 'consent' and s.kind in ('consent-given', 'consent-renewed')
         and coalesce(s.until, 'infinity') > now()
       group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    )
    select p.*, p.notice_hash is not null as has_notice, n.slug as notice_slug, n.version as notice_version
      from proven p left join lateral (select slug, version from notice where hash = p.notice_hash order by version limit 1) n on true`.execute(
    db,
  );
  return rows;
}

type GradedParts = Omit<ProvenConsents, 'notice_slug' | 'notice_version' | 'language' | 'purpose_version' | 'consents'>;

/** The one rule of grades, asked about consents that agree in everything it looks at. */
function gradeOf(one: GradedParts): EvidenceGrade | undefined {
  const evidence: Evidence = {
    ...(one.shown === null ? {} : { shown: one.shown }),
    ...(one.has_file ? { file: 'file' } : {}),
    ...(one.has_note ? { note: 'note' } : {}),
    ...(one.has_optin ? { optinTime: 'time', optinIp: 'ip' } : {}),
    ...(one.brought === null ? {} : { package: 'package', grade: one.brought }),
  };
  return gradeEvidence({
    kind: 'consent-given',
    method: one.method,
    actor: { kind: one.actor },
    noticeHash: one.has_notice ? 'hash' : null,
    evidence,
  });
}

function textsOf(consents: readonly ProvenConsents[]): Coverage['texts'] {
  const texts = new Map<string, Coverage['texts'][number]>();
  for (const one of consents) {
    const key = JSON.stringify([one.notice_slug, one.notice_version, one.language, one.purpose_version]);
    texts.set(key, {
      notice: one.notice_slug && one.notice_version ? { slug: one.notice_slug, version: one.notice_version } : null,
      language: one.language,
      purposeVersion: one.purpose_version,
      consents: (texts.get(key)?.consents ?? 0) + one.consents,
    });
  }
  return [...texts.values()].sort((one, other) => other.consents - one.consents);
}
