import type { RetentionRule } from '#src/purposes/purpose.ts';
import type { RetentionWords } from '../en/retention.ts';

const starts: Readonly<Record<RetentionRule['starts'], string>> = {
  withdrawal: 'оттеглянето или края на съгласието',
  'last-activity': 'последната активност',
  'end-of-contract': 'края на договора или на друго основание',
  collection: 'събирането на данните',
};

export const retentionWords: RetentionWords = {
  /** Columns of the forecast as a table. */
  forecast: ['Месец', 'Цел', 'Лица', 'Отделни данни'],
  intro:
    'Този протокол удостоверява какво е изтрито, защото срокът на съхранението му е изтекъл (чл. 5, параграф 1, буква д и чл. 17, параграф 1, буква а от Регламент (ЕС) 2016/679). В него не е назовано нито едно лице. Подписан е и може да бъде проверен без наше участие.',
  what: 'Какво е изпълнено',
  purpose: 'Цел, чийто срок е изтекъл последен',
  rule: 'Правило',
  ruleOf: ({ starts: from, months }) => `${months} месеца след ${starts[from]}`,
  decision: 'Решение',
  automatic: 'Правилото се изпълнява автоматично',
  approved: 'Одобрено от оправомощени служители',
  approvedBy: 'Одобрено от',
  proposedAt: 'Предложено',
  approvedAt: 'Одобрено',
  finishedAt: 'Приключено',
  counts: 'В числа',
  planned: 'Одобрени',
  peopleAndData: (people, data) => `${people} лица, ${data} отделни данни на други лица`,
  erased: 'Изтрити лица',
  removed: 'Премахнати отделни данни',
  sealed: 'Със запечатани доказателства (чл. 17, параграф 3)',
  activeAgain: 'Оставени: отново активни',
  onHold: 'Оставени: изтриването е забранено (чл. 17, параграф 3, букви б и д)',
  restricted: 'Оставени: ограничено обработване (чл. 18)',
  united: 'Оставени: междувременно обединени с друг запис',
  goneBefore: 'Изтрити преди това по друг начин',
  journal: 'Дневник на изтриванията',
  journalText: (entries) =>
    `В дневника под тази партида са вписани ${entries} записа. SHA-256 на случайните им номера, подредени, по един на ред:`,
  stays: 'Какво остава',
  staysText: 'За изтритите лица остава само следното, от което не личи кои са били:',
  deleted: 'За всяко изтрито лице е изтрито всичко в тези таблици',
};
