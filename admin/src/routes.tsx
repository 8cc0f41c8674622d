import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readAuditSearch } from './audit/search-params.ts';
import { readTrendSearch } from './consents/search-params.ts';
import { readDuplicatesSearch } from './duplicates/search-params.ts';
import { readVersionsSearch } from './forms/versions/search-params.ts';
import { readLedgerSearch } from './ledger/search-params.ts';
import { readPeopleSearch } from './people/search-params.ts';
import { NotFound, Root } from './shell/root.tsx';
import { readToTellSearch } from './to-tell/search-params.ts';

/** The map of the admin program: every address and the screen behind it, each fetched when it is first needed. */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound });
const under = { getParentRoute: () => root };

const home = createRoute({
  ...under,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage'),
});

const people = createRoute({
  ...under,
  path: '/people',
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});
const addContact = createRoute({
  ...under,
  path: '/people/new',
  component: lazyRouteComponent(() => import('./contact/edit/add-contact-page.tsx'), 'AddContactPage'),
});
const contact = createRoute({
  ...under,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./contact/contact-page.tsx'), 'ContactPage'),
});
const editContact = createRoute({
  ...under,
  path: '/people/$id/edit',
  component: lazyRouteComponent(() => import('./contact/edit/edit-contact-page.tsx'), 'EditContactPage'),
});

const imports = createRoute({
  ...under,
  path: '/import',
  component: lazyRouteComponent(() => import('./import/imports-page.tsx'), 'ImportsPage'),
});
const importOne = createRoute({
  ...under,
  path: '/import/$id',
  component: lazyRouteComponent(() => import('./import/import-page.tsx'), 'ImportPage'),
});

const duplicates = createRoute({
  ...under,
  path: '/duplicates',
  validateSearch: readDuplicatesSearch,
  component: lazyRouteComponent(() => import('./duplicates/duplicates-page.tsx'), 'DuplicatesPage'),
});
const duplicatePair = createRoute({
  ...under,
  path: '/duplicates/$one/$other',
  component: lazyRouteComponent(() => import('./duplicates/pair-page.tsx'), 'PairPage'),
});
const exportsPage = createRoute({
  ...under,
  path: '/exports',
  component: lazyRouteComponent(() => import('./exports/exports-page.tsx'), 'ExportsPage'),
});
const newExport = createRoute({
  ...under,
  path: '/exports/new',
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(() => import('./exports/new-export-page.tsx'), 'NewExportPage'),
});
const oneExport = createRoute({
  ...under,
  path: '/exports/$id',
  component: lazyRouteComponent(() => import('./exports/export-page.tsx'), 'ExportPage'),
});

const messages = createRoute({
  ...under,
  path: '/messages',
  validateSearch: ({ status }: Record<string, unknown>): { status?: string } => (typeof status === 'string' ? { status } : {}),
  component: lazyRouteComponent(() => import('./messages/messages-page.tsx'), 'MessagesPage'),
});
const message = createRoute({
  ...under,
  path: '/messages/$id',
  component: lazyRouteComponent(() => import('./messages/message-page.tsx'), 'MessagePage'),
});
const forms = createRoute({
  ...under,
  path: '/forms',
  validateSearch: ({ archived }: Record<string, unknown>): { archived?: boolean } => (archived === true ? { archived } : {}),
  component: lazyRouteComponent(() => import('./forms/forms-page.tsx'), 'FormsPage'),
});
const form = createRoute({
  ...under,
  path: '/forms/$id',
  component: lazyRouteComponent(() => import('./forms/form-layout.tsx'), 'FormLayout'),
});
const underForm = { getParentRoute: () => form };
const formTexts = createRoute({
  ...underForm,
  path: '/',
  component: lazyRouteComponent(() => import('./forms/form-page.tsx'), 'FormPage'),
});
const formVersions = createRoute({
  ...underForm,
  path: '/versions',
  validateSearch: readVersionsSearch,
  component: lazyRouteComponent(() => import('./forms/versions/versions-page.tsx'), 'VersionsPage'),
});
const formEmbedding = createRoute({
  ...underForm,
  path: '/embedding',
  component: lazyRouteComponent(() => import('./forms/embedding/embedding-page.tsx'), 'EmbeddingPage'),
});
const formResults = createRoute({
  ...underForm,
  path: '/results',
  component: lazyRouteComponent(() => import('./forms/results/results-page.tsx'), 'ResultsPage'),
});

const purposes = createRoute({
  ...under,
  path: '/purposes',
  component: lazyRouteComponent(() => import('./purposes/purposes-page.tsx'), 'PurposesPage'),
});
const addPurpose = createRoute({
  ...under,
  path: '/purposes/new',
  component: lazyRouteComponent(() => import('./purposes/purpose-editor-page.tsx'), 'AddPurposePage'),
});
const purpose = createRoute({
  ...under,
  path: '/purposes/$id',
  component: lazyRouteComponent(() => import('./purposes/purpose-page.tsx'), 'PurposePage'),
});
const editPurpose = createRoute({
  ...under,
  path: '/purposes/$id/edit',
  component: lazyRouteComponent(() => import('./purposes/purpose-editor-page.tsx'), 'EditPurposePage'),
});
const ledger = createRoute({
  ...under,
  path: '/ledger',
  validateSearch: readLedgerSearch,
  component: lazyRouteComponent(() => import('./ledger/ledger-page.tsx'), 'LedgerPage'),
});
const consents = createRoute({
  ...under,
  path: '/consents',
  validateSearch: readTrendSearch,
  component: lazyRouteComponent(() => import('./consents/consents-page.tsx'), 'ConsentsPage'),
});
const audit = createRoute({
  ...under,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

const retention = createRoute({
  ...under,
  path: '/retention',
  component: lazyRouteComponent(() => import('./retention/retention-page.tsx'), 'RetentionPage'),
});
const quarantine = createRoute({
  ...under,
  path: '/quarantine',
  component: lazyRouteComponent(() => import('./quarantine/quarantine-page.tsx'), 'QuarantinePage'),
});
const coverage = createRoute({
  ...under,
  path: '/coverage',
  component: lazyRouteComponent(() => import('./data-coverage/coverage-page.tsx'), 'CoveragePage'),
});
const toTell = createRoute({
  ...under,
  path: '/to-tell',
  validateSearch: readToTellSearch,
  component: lazyRouteComponent(() => import('./to-tell/to-tell-page.tsx'), 'ToTellPage'),
});
const evidence = createRoute({
  ...under,
  path: '/evidence',
  component: lazyRouteComponent(() => import('./evidence/evidence-page.tsx'), 'EvidencePage'),
});

const register = createRoute({
  ...under,
  path: '/register',
  component: lazyRouteComponent(() => import('./register/register-page.tsx'), 'RegisterPage'),
});
const activity = createRoute({
  ...under,
  path: '/register/$id',
  component: lazyRouteComponent(() => import('./register/activity-page.tsx'), 'ActivityPage'),
});
const interests = createRoute({
  ...under,
  path: '/register/$id/interests',
  component: lazyRouteComponent(() => import('./register/assessment-page.tsx'), 'InterestsPage'),
});
const impact = createRoute({
  ...under,
  path: '/register/$id/impact',
  component: lazyRouteComponent(() => import('./register/assessment-page.tsx'), 'ImpactPage'),
});
const dataMap = createRoute({
  ...under,
  path: '/data-map',
  component: lazyRouteComponent(() => import('./data-map/data-map-page.tsx'), 'DataMapPage'),
});
const fields = createRoute({
  ...under,
  path: '/fields',
  component: lazyRouteComponent(() => import('./fields/fields-page.tsx'), 'FieldsPage'),
});
const addField = createRoute({
  ...under,
  path: '/fields/new',
  component: lazyRouteComponent(() => import('./fields/field-page.tsx'), 'AddFieldPage'),
});
const field = createRoute({
  ...under,
  path: '/fields/$key',
  component: lazyRouteComponent(() => import('./fields/field-page.tsx'), 'FieldPage'),
});

const company = createRoute({
  ...under,
  path: '/settings/company',
  component: lazyRouteComponent(() => import('./settings/company-page.tsx'), 'CompanyPage'),
});
const staff = createRoute({
  ...under,
  path: '/settings/staff',
  component: lazyRouteComponent(() => import('./settings/staff-page.tsx'), 'StaffPage'),
});
const apiKeys = createRoute({
  ...under,
  path: '/settings/api-keys',
  component: lazyRouteComponent(() => import('./settings/api-keys-page.tsx'), 'ApiKeysPage'),
});

// The sign-in page stands before every address; this one exists for bookmarks and links to it.
const signIn = createRoute({
  ...under,
  path: '/sign-in',
  beforeLoad: () => {
    throw redirect({ to: '/' });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    people,
    addContact,
    contact,
    editContact,
    duplicates,
    duplicatePair,
    exportsPage,
    newExport,
    oneExport,
    imports,
    importOne,
    messages,
    message,
    forms,
    form.addChildren([formTexts, formVersions, formEmbedding, formResults]),
    purposes,
    addPurpose,
    purpose,
    editPurpose,
    ledger,
    consents,
    audit,
    retention,
    quarantine,
    coverage,
    toTell,
    evidence,
    register,
    activity,
    interests,
    impact,
    dataMap,
    fields,
    addField,
    field,
    company,
    staff,
    apiKeys,
    signIn,
  ]),
  basepath: '/admin',
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
