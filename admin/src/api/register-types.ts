import type { Controller, Purpose, Texts } from './types.ts';

export type FieldType =
  | 'text'
  | 'long-text'
  | 'number'
  | 'date'
  | 'yes-no'
  | 'choice'
  | 'several-choices'
  | 'email'
  | 'phone'
  | 'url';

export interface FieldOption {
  value: string;
  label: Texts;
}

/** A field that can be known of a person. */
export interface Field {
  key: string;
  label: Texts;
  type: FieldType;
  options: FieldOption[];
  dataCategory: string;
  specialCategory: string | null;
  sourceOfTruth: string;
  visibleTo: string[];
  isStandard: boolean;
  purposes: { id: string; slug: string; name: Texts; mayHold: boolean }[];
  isFillable: boolean;
  isReadable: boolean;
  archivedAt: string | null;
}

export interface MappedField extends Field {
  holders: { value: number; isAbout: boolean };
}

export interface SubProcessor {
  name: string;
  country: string;
  service: string;
}

export interface ProcessorTerms {
  name: string;
  service: string;
  country: string;
  contact: string | null;
  contractReference: string | null;
  contractDate: string | null;
  safeguard: string | null;
  safeguardNote: string | null;
  subProcessors: SubProcessor[];
}
export interface Processor extends ProcessorTerms {
  id: string;
  gaps: string[];
}

export interface Assessment {
  kind: 'legitimate-interests' | 'impact';
  answers: Record<string, string | string[]>;
  outcome: string;
  reviewedOn: string;
  nextReviewOn: string | null;
}

export interface RegisterVersion {
  version: number;
  recordedAt: string;
  definition: Record<string, unknown>;
}

export interface Activity {
  purpose: Purpose;
  dataSubjects: string[];
  specialCondition: string | null;
  specialReason: string | null;
  securityMeasures: string[];
  securityNote: string | null;
  note: string | null;
  reviewedOn: string | null;
  nextReviewOn: string | null;
  fields: Field[];
  otherData: string[];
  processors: Processor[];
  interests: Assessment | null;
  impact: Assessment | null;
  gaps: string[];
}

export interface Security {
  measures: string[];
  note: string | null;
}

export interface Register {
  controller: Controller | null;
  security: Security;
  activities: Activity[];
  processors: Processor[];
}
