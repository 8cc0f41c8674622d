import type { ExportWords } from '../en/export.ts';

export const exportWords: ExportWords = {
  columns: {
    section: 'Раздел',
    item: '№',
    field: 'Поле',
    value: 'Стойност',
    source: 'Източник',
    obtainedFrom: 'Получено от',
    purpose: 'За каква цел се използва',
    legalBasis: 'Правно основание',
    retention: 'Срок на съхранение',
  },
  sections: {
    record: 'Запис',
    facts: 'Данни за Вас',
    addresses: 'Адреси',
    permissions: 'Какво може да се прави с данните Ви',
    ledger: 'Съгласия и други правни факти',
    questions: 'Въпроси, които Ви зададохме по свой почин',
    evidence: 'Файлове, които доказват Ваши съгласия',
    history: 'Съгласия, доказани от друга фирма',
    submissions: 'Изпратени формуляри',
    'held-submissions': 'Изпратени формуляри, отделени за преглед',
    parental: 'Съгласие на родител',
    imports: 'Файлове, с които данните са внесени',
    messages: 'Съобщения до Вас',
    changes: 'Промени',
    suppression: 'Адреси, които не се използват',
    access: 'Кой е виждал или изнасял данните Ви',
  },
  obtainedFrom: { 'data-subject': 'Вас', other: 'друго лице' },
  legalBasis: {
    consent: 'съгласие (чл. 6, параграф 1, буква а) от Регламент (ЕС) 2016/679)',
    contract: 'договор (чл. 6, параграф 1, буква б) от Регламент (ЕС) 2016/679)',
    'legal-obligation': 'законово задължение (чл. 6, параграф 1, буква в) от Регламент (ЕС) 2016/679)',
    'vital-interests': 'жизненоважни интереси (чл. 6, параграф 1, буква г) от Регламент (ЕС) 2016/679)',
    'public-task': 'задача от обществен интерес (чл. 6, параграф 1, буква д) от Регламент (ЕС) 2016/679)',
    'legitimate-interests': 'легитимни интереси (чл. 6, параграф 1, буква е) от Регламент (ЕС) 2016/679)',
    unknown: 'неустановено: данните са под карантина',
  },
  retention: (months, starts) => {
    const from = {
      withdrawal: 'оттеглянето на съгласието',
      'last-activity': 'последната активност',
      'end-of-contract': 'края на договора',
      collection: 'събирането',
    }[starts];
    return months === 0 ? `до ${from}` : `${months} ${months === 1 ? 'месец' : 'месеца'} след ${from}`;
  },
};
