import { html } from 'hono/html';
import { formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { printedDocument } from '#platform/html/printed-document.ts';
import type { Language } from '#src/languages/languages.ts';
import { isThirdCountry, type Processor } from './activity.ts';
import type { Assessment } from './assessment.ts';
import type { Controller } from './controller.ts';
import type { Register, RegisteredActivity } from './find-register.ts';
import { exportWordsOf, registerWordsOf, sayData } from './words.ts';

interface Voice {
  readonly language: Language;
  readonly words: (typeof registerWordsOf)[Language];
  country(code: string): string;
  day(date: string | null | undefined): string;
}

function voiceOf(language: Language): Voice {
  const locale = language === 'bg' ? 'bg-BG' : 'en-GB';
  const countries = new Intl.DisplayNames(locale, { type: 'region' });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const words = registerWordsOf[language];
  return {
    language,
    words,
    country: (code) => countries.of(code) ?? code,
    day: (date) => (date ? days.format(new Date(`${date}T00:00:00Z`)) : words.document.never),
  };
}

/** The register as the supervisory authority asks for it (Art. 30(4)): one file that opens anywhere and prints. */
export function writeRegister(register: Register & { controller: Controller }, language: Language, madeAt: Date): string {
  const voice = voiceOf(language);
  const { document } = voice.words;
  const { controller } = register;
  return printedDocument({
    language,
    title: `${document.title} – ${controller.name}`,
    body: html`<main>
<h1>${document.title}</h1>
<p class="soft">${document.made(formatMoment(madeAt, language, controller.timeZone))}</p>
<section><h2>${document.controller}</h2>${writeController(voice, controller)}</section>
<section><h2>${document.summary}</h2>${writeSummary(voice, register.activities)}</section>
${register.activities.map((activity) => writeActivity(voice, activity))}
<section><h2>${document.processors}</h2>${
      register.processors.length === 0
        ? html`<p>${document.noProcessors}</p>`
        : register.processors.map((processor) => writeProcessor(voice, processor))
    }</section>
<section><h2>${document.securityAll}</h2>${writeList(
      register.security.measures.map((measure) => voice.words.measure[measure]),
      document.none,
    )}${register.security.note ? html`<div class="text">${register.security.note}</div>` : ''}</section>
${register.activities.flatMap((activity) => [
  ...(activity.interests ? [writeInterests(voice, activity, activity.interests)] : []),
  ...(activity.impact ? [writeImpact(voice, activity, activity.impact)] : []),
])}
</main>`,
  });
}

function writeController({ words }: Voice, controller: Controller): Html {
  const { document } = words;
  const officer = [controller.dpoName, controller.dpoEmail].filter(Boolean).join(', ');
  return writeTerms([
    [document.name, controller.name],
    [document.registration, controller.registrationNumber],
    [document.address, controller.address],
    [document.contact, [controller.email, controller.phone].filter(Boolean).join(', ')],
    [document.officer, officer || document.noOfficer],
  ]);
}

function writeSummary({ words, language, day }: Voice, activities: readonly RegisteredActivity[]): Html {
  const { document } = words;
  return html`<div class="wide"><table><thead><tr>
<th scope="col">${document.activity}</th><th scope="col">${document.basis}</th><th scope="col">${document.subjects}</th><th scope="col">${document.reviewed}</th>
</tr></thead><tbody>${activities.map(
    ({ purpose, activity }) => html`<tr><th scope="row">${purpose.name[language]}</th>
<td>${exportWordsOf[language].legalBasis[purpose.legalBasis]}</td>
<td>${activity?.dataSubjects.map((one) => words.dataSubjects[one]).join(', ') ?? ''}</td>
<td>${day(activity?.reviewedOn)}</td></tr>`,
  )}</tbody></table></div>`;
}

function writeActivity(voice: Voice, entry: RegisteredActivity): Html {
  const { words, language, day } = voice;
  const { document } = words;
  const { purpose, activity } = entry;
  const special = entry.fields.filter((field) => field.specialCategory !== null);
  return html`<section><h2>${purpose.name[language]}</h2>
<p class="small soft">${document.version(purpose.version)}</p>
${writeTerms([
  [document.purpose, purpose.explanation[language]],
  [document.basis, exportWordsOf[language].legalBasis[purpose.legalBasis]],
  [document.subjects, activity?.dataSubjects.map((one) => words.dataSubjects[one]).join(', ')],
  [document.data, sayData(entry, language).join('; ')],
  ...(special.length > 0
    ? ([
        [
          document.special,
          special
            .map((field) => `${field.label[language]} – ${words.specialCategory[field.specialCategory ?? 'not-specified']}`)
            .join('; '),
        ],
        [document.condition, conditionOf(voice, entry)],
      ] as const)
    : []),
  [document.recipients, recipientsOf(voice, entry).join('; ') || document.none],
  [document.transfers, transfersOf(voice, entry).join('; ') || document.noTransfers],
  [document.retention, exportWordsOf[language].retention(purpose.retention.months, purpose.retention.starts)],
  [
    document.security,
    [document.general, ...(activity?.securityMeasures.map((measure) => words.measure[measure]) ?? [])].join('; '),
  ],
  ['', activity?.securityNote],
  [document.note, activity?.note],
  [document.reviewed, day(activity?.reviewedOn)],
  [document.next, activity?.nextReviewOn ? day(activity.nextReviewOn) : undefined],
  [document.gaps, entry.gaps.map((gap) => words.gap[gap]).join('; ')],
])}</section>`;
}

export function conditionOf({ words }: Pick<Voice, 'words'>, { purpose, activity }: RegisteredActivity): string {
  const named = [
    ...(purpose.isExplicit ? [words.document.explicit] : []),
    ...(activity?.specialCondition
      ? [`${words.specialCondition[activity.specialCondition]} (${activity.specialReason ?? ''})`]
      : []),
  ];
  return named.join('; ') || words.document.none;
}

export function recipientsOf(voice: Pick<Voice, 'country'>, { purpose, processors }: RegisteredActivity): string[] {
  return [
    ...purpose.recipients.map(({ name, role, country }) => `${name} (${role}, ${voice.country(country)})`),
    ...processors.map(({ name, service, country }) => `${name} (${service}, ${voice.country(country)})`),
  ];
}

export function transfersOf(voice: Pick<Voice, 'country' | 'words'>, { purpose, processors }: RegisteredActivity): string[] {
  const { words, country } = voice;
  const abroad = processors.filter((one) => [one, ...one.subProcessors].some((place) => isThirdCountry(place.country)));
  return [
    ...purpose.recipients
      .filter((one) => isThirdCountry(one.country) && !processors.some(({ name }) => name === one.name))
      .map((one) => `${one.name}, ${country(one.country)}: ${words.document.none}`),
    ...abroad.map((one) => `${one.name}, ${placesOf(one).map(country).join(', ')}: ${safeguardOf(words, one)}`),
  ];
}

function placesOf(processor: Processor): string[] {
  return [...new Set([processor, ...processor.subProcessors].map(({ country }) => country).filter(isThirdCountry))];
}

function safeguardOf(words: Voice['words'], { safeguard, safeguardNote }: Processor): string {
  if (!safeguard) return words.document.none;
  return safeguardNote ? `${words.safeguard[safeguard]} (${safeguardNote})` : words.safeguard[safeguard];
}

function writeProcessor({ words, country, day }: Voice, processor: Register['processors'][number]): Html {
  const { document } = words;
  const contract = [processor.contractReference, processor.contractDate ? day(processor.contractDate) : undefined];
  return html`<div class="event"><h3>${processor.name}</h3>
${writeTerms([
  [document.service, processor.service],
  [document.country, country(processor.country)],
  [document.contact, processor.contact],
  [document.contract, contract.filter(Boolean).join(', ') || document.noContract],
  [document.safeguard, processor.safeguard ? safeguardOf(words, processor) : undefined],
  [
    document.subProcessors,
    processor.subProcessors.map((one) => `${one.name} (${one.service}, ${country(one.country)})`).join('; '),
  ],
  [document.gaps, processor.gaps.map((gap) => words.processorGap[gap]).join('; ')],
])}</div>`;
}

function writeInterests(voice: Voice, { purpose }: RegisteredActivity, assessment: Assessment): Html {
  const { words, language } = voice;
  const { document } = words;
  if (assessment.kind !== 'legitimate-interests') return html``;
  const { answers, outcome } = assessment;
  return html`<section><h2>${document.interests}: ${purpose.name[language]}</h2>
${writeTexts([
  [document.interest, answers.interest],
  [document.necessity, answers.necessity],
  [document.balance, answers.balance],
  [document.measures, answers.measures],
])}
${writeTerms([[document.outcome, words.interestsOutcome[outcome]], ...reviewsOf(voice, assessment)])}</section>`;
}

function writeImpact(voice: Voice, { purpose }: RegisteredActivity, assessment: Assessment): Html {
  const { words, language } = voice;
  const { document } = words;
  if (assessment.kind !== 'impact') return html``;
  const { answers, outcome } = assessment;
  return html`<section><h2>${document.impact}: ${purpose.name[language]}</h2>
<h3>${document.criteria}</h3>${writeList(
    answers.criteria.map((criterion) => words.criterion[criterion]),
    document.noCriteria,
  )}
${writeTexts([
  [document.reasons, answers.reasons],
  ...(outcome === 'not-needed'
    ? []
    : ([
        [document.description, answers.description],
        [document.proportion, answers.necessity],
        [document.risks, answers.risks],
        [document.measures, answers.measures],
        [document.advice, answers.advice],
      ] as const)),
])}
${writeTerms([[document.outcome, words.impactOutcome[outcome]], ...reviewsOf(voice, assessment)])}</section>`;
}

function reviewsOf({ words, day }: Voice, { reviewedOn, nextReviewOn }: Assessment): [string, string | undefined][] {
  return [
    [words.document.reviewed, day(reviewedOn)],
    [words.document.next, nextReviewOn ? day(nextReviewOn) : undefined],
  ];
}

function writeTerms(rows: readonly (readonly [string, string | null | undefined])[]): Html {
  return html`<dl>${rows.filter(([, value]) => value).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

function writeTexts(rows: readonly (readonly [string, string])[]): Html {
  return html`${rows.filter(([, text]) => text !== '').map(([title, text]) => html`<h3>${title}</h3><div class="text">${text}</div>`)}`;
}

function writeList(items: readonly string[], none: string): Html {
  return items.length === 0 ? html`<p>${none}</p>` : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
