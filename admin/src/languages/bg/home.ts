import type { home as enHome } from '../en/home.ts';
import type { ShapeOf } from '../shape.ts';

export const home = {
  title: 'Начало',
  greeting: (name: string) => `Здравейте, ${name}`,
  held: (count: number) => (count === 1 ? '1 съобщение не е изпратено' : `${count} съобщения не са изпратени`),
  heldDetail:
    'Няма зададен пощенски сървър и съобщенията чакат в „Изходящи“. Задайте SMTP_URL на сървъра, рестартирайте и ги освободете.',
  heldOpen: 'Към изходящите',
  checklist: {
    title: 'Първоначална настройка',
    lead: (done: number, all: number) => `Готови са ${done} от ${all} стъпки. Всяка се отбелязва от действително случилото се.`,
    done: 'Готово',
    open: 'Предстои',
    steps: {
      company: 'Посочете кои сте: фирма и лице за връзка по защита на данните',
      mail: 'Свържете пощенски сървър (SMTP_URL)',
      purposes: 'Прегледайте целите, за които използвате данни',
      form: 'Публикувайте първия си формуляр',
      'first-consent': 'Получете първото потвърдено съгласие',
      backup: 'Направете първото резервно копие (npx saglasie backup FILE)',
    },
  },
  people: 'Хора',
  active: 'Активни',
  unconfirmed: 'Непотвърдени',
  quarantined: 'Под карантина',
  given: 'Дадени съгласия за 30 дни',
  withdrawn: 'Оттеглени за 30 дни',
  pending: 'Чакат потвърждение',
  figures: 'Показатели',
  trend: {
    title: 'Съгласия през последните 30 дни',
    none: 'През последните 30 дни никой не е давал, отказвал или оттеглял съгласие.',
    takeaway: (given: number, ended: number) =>
      `${given} дадени, ${ended} оттеглени или отказани: ${
        given > ended
          ? `с ${given - ended} повече от загубените`
          : given < ended
            ? `с ${ended - given} по-малко от загубените`
            : 'колкото загубените'
      }.`,
    given: 'Дадени',
    withdrawn: 'Оттеглени',
    refused: 'Отказани',
    ended: 'Оттеглени или отказани',
    day: 'Ден',
    showTable: 'Показване като таблица',
    showChart: 'Показване като графика',
    chart: 'Графика по дни: дадените съгласия са нагоре, оттеглените и отказаните – надолу.',
  },
  latest: {
    title: 'Последно в регистъра',
    lead: 'Правни факти, най-новите първо. Само се добавят, никога не се променят.',
    none: 'Все още няма вписани факти.',
    by: (actor: string) => `от ${actor}`,
  },
} as const satisfies ShapeOf<typeof enHome>;
