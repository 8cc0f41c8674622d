import type { jobs as en } from '../en/jobs.ts';
import type { ShapeOf } from '../shape.ts';

export const jobs: ShapeOf<typeof en> = {
  tray: 'Текуща работа',
  trayCount: (count) => `Текуща работа: ${count}`,
  empty: 'В момента не се извършва нищо.',
  pause: 'Пауза',
  resume: 'Продължаване',
  retry: 'Нов опит',
  stop: 'Спиране',
  stopping: 'Ще спре след тази част',
  pausing: 'Ще спре временно след тази част',
  kinds: {
    'find-duplicates': 'Търсене на дублирани записи',
    'merge-many': 'Обединяване на записи',
    'export-count': 'Проверка кой влиза в износ',
    'repair-quarantine': 'Поправяне на данни в карантина',
    'tell-people': 'Уведомяване на хората откъде са данните им',
    'count-coverage': 'Преброяване на обезпечеността',
    'import-check': 'Проверка на импорт',
    'import-commit': 'Внасяне на импорт',
    'import-undo': 'Отмяна на импорт',
    'retention-sweep': 'Търсене на данни с изтекъл срок',
    'retention-batch': 'Изтриване на данни с изтекъл срок',
  },
  states: {
    waiting: 'Чака реда си',
    running: 'Извършва се',
    paused: 'На пауза',
    failed: 'Не успя',
    stopped: 'Спряно; направеното остава',
    done: 'Готово',
  },
  problems: {
    defect: 'Случи се нещо неочаквано. Направеното дотук е запазено; опитайте отново или спрете.',
    'not-approved': 'Партидата не е одобрена.',
  },
  progress: (done, total) => `${done} от ${total}`,
  rate: (rate) => `${rate} в секунда`,
  left: {
    seconds: (count) => `остават около ${count} секунди`,
    minutes: (count) => `остават около ${count} минути`,
    hours: (count) => `остават около ${count} часа`,
  },
  announced: (share) => `Готови са ${share}`,
};
