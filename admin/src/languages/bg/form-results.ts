import type { formResults as enFormResults } from '../en/form-results.ts';
import type { ShapeOf } from '../shape.ts';

export const formResults = {
  steps: 'Докъде стигат хората',
  stepsLead:
    'Броено без бисквитка, номер или мрежов адрес: никой не е проследен от стъпка до стъпка, затова това е брой посещения, а не хора.',
  noSteps: 'Никой не е отварял формуляра в това време.',
  period: 'Време',
  periods: { week: '7 дни', month: '30 дни', all: 'От началото' },
  takeaway: (shown: string, accepted: string, confirmed: string) =>
    `Показан: ${shown}. Изпратен: ${accepted}. Потвърден: ${confirmed}.`,
  step: 'Стъпка',
  number: 'Брой',
  ofShown: 'От показаните',
  stepNames: {
    shown: 'Показан',
    problems: 'Показан отново заради грешка',
    held: 'Отделен като вероятен спам',
    accepted: 'Изпратен',
    confirmed: 'Потвърден',
    rejected: '„Не съм аз“',
    expired: 'Непотвърден в срок',
  },
  byVersion: 'По версии',
  version: 'Версия',

  held: 'Отделено',
  heldLead:
    'Онова, което изглежда изпратено от програма. На никого не се пише, в регистъра няма нищо; след 14 дни се изтрива. Разглеждането на списъка се вписва в одитния дневник.',
  noHeld: 'Няма нищо отделено.',
  noRight: 'Вашата роля не показва какво са въвели хората.',
  reason: 'Защо',
  reasons: {
    trap: 'Попълнено е поле, което хората не виждат',
    'too-fast': 'Изпратено по-бързо, отколкото се пише',
    flood: 'Едно от твърде много наведнъж',
    'few-confirm': 'В онези дни почти никой не потвърди',
  },
  email: 'Адрес',
  answers: 'Отговори',
  ticked: 'Отметнато',
  nothingTicked: 'нищо',
  received: 'Получено',
  deleted: 'Изтрива се на',
  release: 'Пропускане',
  releaseOf: (email: string) => `Пропускане: ${email}`,
  released: 'Пропуснато е: адресът получава искане за потвърждение, както винаги.',
  remove: 'Изтриване',
  removeOf: (email: string) => `Изтриване: ${email}`,
  removed: 'Изтрито.',
  look: 'Показване на отделеното',
} as const satisfies ShapeOf<typeof enFormResults>;
