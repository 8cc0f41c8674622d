import { z } from 'zod';
import { AppError, type FieldProblem, invalidFields } from '#platform/app-error.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { inEveryLanguage, type ShownBox } from './form.ts';
import { getForm } from './get-form.ts';
import { listMappings, ownFields, replaceMappings } from './mappings.ts';
import { findPublishedVersion } from './published-form.ts';
import { findSites, MOST_SITES, readOrigin, readReturnAddress, replaceSites } from './sites.ts';
import { makeSnippets } from './snippets.ts';
import { textAddress } from './text-address.ts';

const params = z.object({ id: publicId('frm') });
const sitesShape = z.object({ sites: z.array(z.string()), returnAddresses: z.array(z.string()) });
const mappingShape = z.object({ field: z.string(), value: z.string(), purpose: z.string(), channel: z.string() });
const snippetShape = z.object({ form: z.string(), formWithScript: z.string(), frame: z.string() });
const plain = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u);

/** Where a form may stand besides our own pages, and what it looks like there. */
export const siteEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/sites',
    summary: 'Sites that may show a form in a frame or send it by script, and where people may be sent back to',
    policy: { right: 'forms.read', scope: 'forms.read' },
    params,
    reply: sitesShape,
    async handle({ db, params: { id } }) {
      await getForm(db, id);
      return presentSites(await findSites(db, id));
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/forms/:id/sites',
    summary: 'Name all sites of a form; none is allowed unless named',
    policy: { right: 'forms.write', scope: 'forms.write' },
    params,
    body: z.strictObject({
      sites: z.array(z.string().max(300)).max(MOST_SITES),
      returnAddresses: z.array(z.string().max(500)).max(MOST_SITES).default([]),
    }),
    reply: sitesShape,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      await getForm(tx, id);
      const wanted = readSites(body);
      const before = (await findSites(tx, id)).sites;
      await replaceSites(tx, id, wanted);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'form.sites-changed',
        subject: { kind: 'form', id },
        detail: {
          added: wanted.sites.filter((site) => !before.includes(site)),
          removed: before.filter((site) => !wanted.sites.includes(site)),
        },
        requestId,
      });
      return presentSites(await findSites(tx, id));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/mappings',
    summary: 'What the lists and groups of forms made for other products mean here',
    policy: { right: 'forms.read', scope: 'forms.read' },
    params,
    query: z.strictObject(wholeListQuery),
    reply: listOf(mappingShape),
    async handle({ db, params: { id } }) {
      await getForm(db, id);
      return { data: (await listMappings(db, id)).map(presentMapping), next: null };
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/forms/:id/mappings',
    summary: 'Say which value of which foreign field stands for which box; what is not said ticks nothing',
    policy: { right: 'forms.write', scope: 'forms.write' },
    params,
    body: z.strictObject({
      mappings: z
        .array(
          z.strictObject({
            field: plain(100),
            value: plain(200),
            purpose: publicId('pur'),
            channel: z.enum(['email', 'sms', 'phone']),
          }),
        )
        .max(50),
    }),
    reply: listOf(mappingShape),
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const form = await getForm(tx, id);
      const published = await findPublishedVersion(tx, form.slug);
      const boxes = typeof published === 'string' ? [] : published.version.shown.bg.boxes;
      const mappings = body.mappings.map(({ purpose, ...one }) => ({ ...one, purposeId: purpose }));
      const problems = mappings.flatMap((one, at) => problemsOf(one, at, mappings, boxes));
      if (problems.length > 0) throw invalidFields(problems);
      await replaceMappings(tx, id, mappings);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'form.mappings-changed',
        subject: { kind: 'form', id },
        detail: { count: mappings.length },
        requestId,
      });
      return { data: (await listMappings(tx, id)).map(presentMapping), next: null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/snippets',
    summary: 'What to copy into a site, in each language: a plain form, the same with a script, a frame',
    policy: { right: 'forms.read', scope: 'forms.read' },
    params,
    query: z.strictObject({ returnAddress: z.string().max(500).optional() }),
    reply: z.object({ version: z.int(), snippets: z.object({ bg: snippetShape, en: snippetShape }) }),
    async handle({ db, services, params: { id }, query: { returnAddress } }) {
      const form = await getForm(db, id);
      const published = await findPublishedVersion(db, form.slug);
      if (typeof published === 'string') throw new AppError('form-closed', { status: 409 });
      if (returnAddress !== undefined && !(await findSites(db, id)).returnAddresses.includes(returnAddress)) {
        throw new AppError('invalid-query', { status: 400, fields: [{ field: 'returnAddress', code: 'not-on-a-site' }] });
      }
      const { version } = published;
      const addresses = { bg: await textAddress(db, version, 'bg'), en: await textAddress(db, version, 'en') };
      const copied = { slug: form.slug, version, publicUrl: services.config.publicUrl, returnAddress };
      return {
        version: version.number,
        snippets: inEveryLanguage((language) => makeSnippets({ ...copied, language, noticeAddress: addresses[language] })),
      };
    },
  }),
];

/** @throws AppError 422 naming each that is not a site, or not on one. */
function readSites(body: { sites: readonly string[]; returnAddresses: readonly string[] }) {
  const problems: FieldProblem[] = [];
  const sites = new Set<string>();
  for (const [at, typed] of body.sites.entries()) {
    const origin = readOrigin(typed);
    if (origin) sites.add(origin);
    else problems.push({ field: `sites.${at}`, code: 'not-a-site' });
  }
  const returnAddresses = new Map<string, { address: string; origin: string }>();
  for (const [at, typed] of body.returnAddresses.entries()) {
    const read = readReturnAddress(typed, [...sites]);
    if (read) returnAddresses.set(read.address, read);
    else problems.push({ field: `returnAddresses.${at}`, code: 'not-on-a-site' });
  }
  if (problems.length > 0) throw invalidFields(problems);
  return { sites: [...sites], returnAddresses: [...returnAddresses.values()] };
}

type Mapping = Awaited<ReturnType<typeof listMappings>>[number];

function problemsOf(one: Mapping, at: number, all: readonly Mapping[], boxes: readonly ShownBox[]): FieldProblem[] {
  const first = all.findIndex(({ field, value }) => field === one.field && value === one.value);
  const hasBox = boxes.some((box) => box.purposeId === one.purposeId && box.channel === one.channel);
  return [
    ...(first === at ? [] : [{ field: `mappings.${at}.value`, code: 'given-twice' }]),
    ...(hasBox ? [] : [{ field: `mappings.${at}.purpose`, code: 'no-such-box' }]),
    ...((ownFields as readonly string[]).includes(one.field) ? [{ field: `mappings.${at}.field`, code: 'own-field' }] : []),
  ];
}

function presentSites({ sites, returnAddresses }: Awaited<ReturnType<typeof findSites>>) {
  return { sites: [...sites], returnAddresses: [...returnAddresses] };
}

function presentMapping({ purposeId, ...one }: Mapping): z.input<typeof mappingShape> {
  return { ...one, purpose: toPublicId('pur', purposeId) };
}
