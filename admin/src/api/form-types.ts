import type { Channel, Language, Texts } from './types.ts';

export type CustomType = 'text' | 'long-text' | 'choice' | 'date' | 'number' | 'yes-no' | 'email' | 'phone' | 'url';
export interface FieldOption {
  value: string;
  label: Texts;
}
export interface FormField {
  key: string;
  label: Texts;
  reason: Texts;
  required: boolean;
  type?: CustomType;
  options?: FieldOption[];
  sensitive?: boolean;
}
export type BoxChannel = Exclude<Channel, 'post'>;
export interface FormBox {
  purpose: string;
  channel: BoxChannel;
  label: Texts;
  hint: Texts;
}
export type MagnetDelivery = { kind: 'link'; url: string } | { kind: 'file'; file: string };
export interface Magnet {
  purpose: string;
  label: Texts;
  hint: Texts;
  delivery: MagnetDelivery;
}
export interface PageTexts {
  title: Texts;
  text: Texts;
}
export interface FormDefinition {
  title: Texts;
  intro: Texts;
  fields: FormField[];
  boxes: FormBox[];
  magnet?: Magnet | null;
  submit: Texts;
  sent?: PageTexts | null;
  mail?: { subject: Texts; text: Texts } | null;
  done: PageTexts;
}

export interface FormVersionLine {
  id: string;
  number: number;
  publishedAt: string;
}
export interface Form {
  id: string;
  slug: string;
  url: string;
  archivedAt: string | null;
  published: { versionId: string; number: number; definition: FormDefinition; publishedAt: string } | null;
  /** Newest first. */
  versions: FormVersionLine[];
  draft: { revision: number; updatedAt: string; title: Texts } | null;
}

export interface Finding {
  code: string;
  place: string;
  language: Language | null;
  severity: 'blocks' | 'warns';
  words: string | null;
  article: Texts;
  explanation: Texts;
  fix: Texts;
}
export interface FormDraft {
  formId: string;
  revision: number;
  definition: FormDefinition;
  basedOn: string | null;
  updatedAt: string | null;
  updatedBy: { id: string; name: string | null } | null;
  isPublishable: boolean;
  findings: Finding[];
}
export interface FormChange {
  kind: 'added' | 'removed' | 'changed' | 'moved';
  place: string;
  element: 'title' | 'intro' | 'field' | 'box' | 'magnet' | 'submit' | 'sent' | 'mail' | 'done';
  name: string | null;
  language: Language | null;
  old: string | null;
  new: string | null;
}
export type PreviewedPage = 'form' | 'parent' | 'sent' | 'mail' | 'confirm' | 'done';

export interface FormSites {
  sites: string[];
  returnAddresses: string[];
}
export interface FormMapping {
  field: string;
  value: string;
  purpose: string;
  channel: BoxChannel;
}
export interface FormSnippets {
  version: number;
  snippets: Record<Language, { form: string; formWithScript: string; frame: string }>;
}
export interface FormSteps {
  version: number;
  day: string;
  shown: number;
  problems: number;
  held: number;
  accepted: number;
  confirmed: number;
  rejected: number;
  expired: number;
}
export interface HeldSubmission {
  id: string;
  reason: 'trap' | 'too-fast' | 'flood' | 'few-confirm';
  version: number;
  language: Language;
  email: string;
  answers: Record<string, string>;
  ticked: string[];
  receivedAt: string;
  deleteAfter: string;
}
