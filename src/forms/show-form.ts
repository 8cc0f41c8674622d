import type { Language, Texts } from '#src/languages/languages.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Controller } from '#src/register/controller.ts';
import { DAYS_TO_CONFIRM, type FormDefinition, type ShownBox, type ShownForm } from './form.ts';
import { publicTexts } from './public-texts.ts';

/** Stands for the controller's name in the words of a form. */
export const COMPANY = '{company}';

/**
 * What the form says in this language: the authors' words, and the notice of Art. 13 made from the controller's details and
 * the purposes of its boxes, so that it cannot be forgotten or fall behind.
 */
export function showForm(
  definition: FormDefinition,
  purposes: readonly Purpose[],
  controller: Controller,
  language: Language,
): ShownForm {
  const texts = publicTexts[language];
  // A company that changes its name asks for consent under the new one from that moment.
  const say = (text: Texts): string => text[language].replaceAll(COMPANY, controller.name);
  const used = purposes.filter((purpose) => definition.boxes.some((box) => box.purpose === purpose.id));
  return {
    title: say(definition.title),
    intro: say(definition.intro),
    fields: definition.fields.map((field) => ({
      key: field.key,
      label: say(field.label),
      reason: say(field.reason),
      required: field.required,
    })),
    optional: texts.form.optional,
    legend: texts.form.legend,
    legendHint: texts.form.legendHint,
    boxes: definition.boxes.flatMap((box) => showBox(box, used, language, say)),
    noticeHeading: texts.privacyNotice.heading,
    notice: [
      texts.privacyNotice.controller(controller.name, controller.registrationNumber, controller.address),
      ...used.flatMap((purpose) => purposeLines(purpose, language)),
      texts.withdrawNote,
      texts.privacyNotice.complaint,
    ],
    moreHeading: texts.privacyNotice.moreHeading,
    more: [
      texts.privacyNotice.unconfirmed(DAYS_TO_CONFIRM),
      texts.privacyNotice.rights,
      texts.privacyNotice.voluntary,
      texts.privacyNotice.evidence,
      texts.privacyNotice.automated,
      ...(controller.dpoName && controller.dpoEmail ? [texts.privacyNotice.dpo(controller.dpoName, controller.dpoEmail)] : []),
      texts.privacyNotice.contact(controller.email, controller.phone),
    ],
    submit: say(definition.submit),
  };
}

function showBox(
  box: FormDefinition['boxes'][number],
  purposes: readonly Purpose[],
  language: Language,
  say: (text: Texts) => string,
): ShownBox[] {
  const purpose = purposes.find(({ id }) => id === box.purpose);
  if (!purpose) return [];
  return [
    {
      value: `${purpose.slug}:${box.channel}`,
      purposeId: purpose.id,
      purposeVersion: purpose.version,
      purposeName: purpose.name[language],
      channel: box.channel,
      label: say(box.label),
      hint: say(box.hint),
    },
  ];
}

/** What people must be told about one purpose: why, on which basis, who else gets the data, for how long. */
export function purposeLines(purpose: Purpose, language: Language): string[] {
  const texts = publicTexts[language].privacyNotice;
  const { starts, months } = purpose.retention;
  return [
    texts.purpose(purpose.name[language], purpose.explanation[language]),
    texts.basis[purpose.legalBasis],
    purpose.recipients.length > 0
      ? texts.recipients(purpose.recipients.map(({ name, role, country }) => `${name} (${role}, ${country})`).join('; '))
      : texts.noRecipients,
    texts.retention[starts](months > 0 ? texts.months(months) : undefined),
  ];
}
