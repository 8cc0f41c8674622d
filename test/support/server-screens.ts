import { heroine, type Stage } from './server-stage.ts';

/** A screen of the product on the stage. */
export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly isStaff: boolean;
}

/** Every public page and every page of the admin program, with something on it. The public ones come first. */
export async function listScreens(stage: Stage): Promise<Screen[]> {
  const contact = `/admin/people/${await stage.contactId(heroine)}`;
  const ids = async (path: string) => (await stage.api<{ data: { id: string }[] }>('GET', path)).data[0]?.id ?? '';
  const { data: forms } = await stage.api<{ data: { id: string; published: unknown }[] }>('GET', '/forms');
  const formWith = (isPublished: boolean) => `/admin/forms/${forms.find((one) => Boolean(one.published) === isPublished)?.id}`;
  const form = formWith(true);
  const purpose = `/admin/purposes/${await ids('/purposes')}`;
  const open: Record<string, string> = {
    form: '/f/newsletter',
    'check-mail': '/f/newsletter/check-mail',
    confirm: await stage.link('confirm', 'petya@example.bg'),
    confirmed: await stage.link('confirm', heroine),
    preferences: await stage.link('preferences', heroine),
    'preferences-saved': `${await stage.link('preferences', heroine)}?saved=1&change=stopped:newsletter:email`,
    unsubscribe: await stage.link('unsubscribe', heroine),
    unsubscribed: await stage.link('unsubscribe', 'georgi.stoyanov@example.bg'),
    undone: `${await stage.link('unsubscribe', 'georgi.stoyanov@example.bg')}?done=undo`,
    why: await stage.link('why', heroine),
    receipt: await stage.link('receipt', heroine),
    verify: '/verify',
    notices: '/notices',
    notice: '/notices/form-newsletter/2',
    accessibility: '/accessibility',
    'stale-link': '/p/nothing',
    'link-sent': '/p-sent',
    'no-form': '/f/nothing',
    'nothing-here': '/nothing',
    'sign-in': '/admin/',
  };
  const staff: Record<string, string> = {
    home: '/admin/',
    people: '/admin/people',
    'nobody-found': '/admin/people?search=nobody',
    contact,
    'edit-contact': `${contact}/edit`,
    'contact-restricted': `/admin/people/${await stage.contactId('sofia.mueller@example.at')}`,
    'contact-quarantined': `/admin/people/${await stage.contactId('stoyan@example.bg')}`,
    'contact-unconfirmed': `/admin/people/${await stage.contactId('petya@example.bg')}`,
    'add-contact': '/admin/people/new',
    import: '/admin/import',
    duplicates: '/admin/duplicates',
    'duplicates-filtered': '/admin/duplicates?minScore=80&reason=same-phone',
    'duplicates-pair': `/admin/duplicates/${await stage.contactId('nikolay@example.bg')}/${await stage.contactId('desi@example.bg')}`,
    exports: '/admin/exports',
    'new-export': '/admin/exports/new?country=BG',
    export: `/admin/exports/${await anExport(stage)}`,
    outbox: '/admin/messages',
    message: `/admin/messages/${await ids('/deliveries')}`,
    forms: '/admin/forms',
    form,
    'form-draft': formWith(false),
    'form-versions': `${form}/versions`,
    'form-embedding': `${form}/embedding`,
    'form-results': `${form}/results`,
    'forms-archived': '/admin/forms?archived=true',
    retention: '/admin/retention',
    purposes: '/admin/purposes',
    purpose,
    'edit-purpose': `${purpose}/edit`,
    'add-purpose': '/admin/purposes/new',
    ledger: '/admin/ledger',
    'ledger-filtered': '/admin/ledger?kind=consent-given&purpose=newsletter',
    'ledger-nobody': '/admin/ledger?search=nobody',
    consents: '/admin/consents',
    'consents-by-month': '/admin/consents?unit=month&from=2026-01-01&to=2026-12-31',
    audit: '/admin/audit',
    quarantine: '/admin/quarantine',
    coverage: '/admin/coverage',
    'to-tell': '/admin/to-tell',
    'to-tell-late': '/admin/to-tell?late=true',
    evidence: '/admin/evidence',
    register: '/admin/register',
    activity: `/admin/register/${purpose.split('/').at(-1)}`,
    impact: `/admin/register/${purpose.split('/').at(-1)}/impact`,
    'data-map': '/admin/data-map',
    fields: '/admin/fields',
    field: '/admin/fields/given_name',
    'add-field': '/admin/fields/new',
    company: '/admin/settings/company',
    staff: '/admin/settings/staff',
    'api-keys': '/admin/settings/api-keys',
    'nothing-here': '/admin/nothing',
  };
  const named = (screens: Record<string, string>, isStaff: boolean) =>
    Object.entries(screens).map(([name, path]) => ({ name: `${isStaff ? 'staff' : 'public'} ${name}`, path, isStaff }));
  return [...named(open, false), ...named(staff, true)];
}

/** An export that shows who is left out and why. */
async function anExport(stage: Stage): Promise<string> {
  const { id } = await stage.api<{ id: string }>('POST', '/exports', {
    selection: { kind: 'everyone' },
    purpose: 'newsletter',
    recipient: { kind: 'processor', name: 'Печатница АД', country: 'BG' },
    statement: 'Пролетен каталог',
    format: 'xlsx',
  });
  return id;
}
