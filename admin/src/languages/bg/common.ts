import type { common as enCommon, problem as enProblem } from '../en/common.ts';
import type { ShapeOf } from '../shape.ts';

export const common = {
  loading: 'Зареждане…',
  save: 'Запазване',
  cancel: 'Отказ',
  close: 'Затваряне',
  edit: 'Редактиране',
  remove: 'Премахване',
  copied: 'Копирано',
  more: 'Още',
  yes: 'Да',
  no: 'Не',
  none: 'Няма',
  optional: '(по избор)',
  opensInNewTab: '(отваря се в нов раздел)',
  leaveUnsaved: 'Въведеното още не е запазено. Да напуснете ли страницата?',
  unsaved: 'Още не е запазено',
  saved: 'Запазено',
  inLanguage: { bg: 'На български', en: 'На английски' },
  months: (count: number) => (count === 1 ? '1 месец' : `${count} месеца`),
  version: (number: number) => `Версия ${number}`,
} as const satisfies ShapeOf<typeof enCommon>;

export const problem = {
  retry: 'Нов опит',
  requestId: 'Копиране на номера на заявката',
  copied: 'Копирано',
  unexpected: 'В тази страница се случи нещо неочаквано.',
  unreachable: 'Сървърът не отговори.',
  unreachableDetail: 'Проверете връзката. Въведеното е запазено на екрана; новият опит няма да извърши действието два пъти.',
  forbidden: 'Вашата роля не позволява това.',
  forbiddenDetail: 'Обърнете се към собственика на системата, ако Ви е нужно за работата.',
  stale: 'Данните не можаха да се обновят; виждате предишното им състояние.',
  notFound: 'На този адрес няма нищо.',
  notFoundDetail: 'Възможно е записът да е изтрит или връзката да е сгрешена.',
} as const satisfies ShapeOf<typeof enProblem>;
