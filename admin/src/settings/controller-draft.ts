import type { Controller, Language } from '../api/types.ts';

type ControllerDraft = Record<keyof Controller, string>;

/** The company's details as a form holds them: everything text, nothing null. */
export function draftOf(saved: Controller | null): ControllerDraft {
  return {
    name: saved?.name ?? '',
    registrationNumber: saved?.registrationNumber ?? '',
    address: saved?.address ?? '',
    email: saved?.email ?? '',
    phone: saved?.phone ?? '',
    dpoName: saved?.dpoName ?? '',
    dpoEmail: saved?.dpoEmail ?? '',
    country: saved?.country ?? 'BG',
    timeZone: saved?.timeZone ?? 'Europe/Sofia',
    defaultLanguage: saved?.defaultLanguage ?? 'bg',
  };
}

export function controllerOf(draft: ControllerDraft): Controller {
  const orNull = (text: string) => text.trim() || null;

  return {
    ...draft,
    registrationNumber: orNull(draft.registrationNumber),
    phone: orNull(draft.phone),
    dpoName: orNull(draft.dpoName),
    dpoEmail: orNull(draft.dpoEmail),
    defaultLanguage: draft.defaultLanguage as Language,
  };
}
