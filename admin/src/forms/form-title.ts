import type { Form } from '../api/form-types.ts';
import type { Language } from '../api/types.ts';

/** What staff know a form by: its published title, else the one in its draft, else its address. */
export function titleOf(form: Form, language: Language): string {
  return form.published?.definition.title[language] || form.draft?.title[language] || form.slug;
}
