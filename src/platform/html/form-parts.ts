import { html } from 'hono/html';
import type { Html } from './page.ts';

export interface Problem {
  /** Id of the element to go to. */
  readonly target: string;
  readonly message: string;
}

/** What went wrong, first on the page, focused without a script, each line leading to its field. */
export function errorSummary(title: string, problems: readonly Problem[]): Html {
  return html`<div class="summary" role="alert" tabindex="-1" autofocus id="errors"><h2>${title}</h2><ul>${problems.map(
    (problem) => html`<li><a href="#${problem.target}">${problem.message}</a></li>`,
  )}</ul></div>`;
}

/** Something to know before going on that is nobody's mistake. */
export function plainSummary(title: string, text: string): Html {
  return html`<div class="summary" role="alert" tabindex="-1" autofocus id="errors"><h2>${title}</h2><p>${text}</p></div>`;
}

export interface TextField {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly type: 'text' | 'email' | 'tel';
  /** Keyboard of a phone: `decimal`, `numeric`. */
  readonly inputMode?: string | undefined;
  /** WHATWG autofill token, such as `given-name`. */
  readonly autocomplete: string;
  readonly error?: string | undefined;
}

/** A labelled input: label above, then hint, then what is wrong with it. */
export function textField(field: TextField): Html {
  const describedBy = [field.hint && `${field.id}-hint`, field.error && `${field.id}-error`].filter(Boolean).join(' ');
  return html`<div class="field${field.error ? ' wrong' : ''}"><label for="${field.id}">${field.label}</label>
${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : ''}${
  field.error ? html`<p class="error" id="${field.id}-error">${field.error}</p>` : ''
}<input id="${field.id}" name="${field.name}" type="${field.type}" value="${field.value}" autocomplete="${field.autocomplete}"${
    field.type === 'email' ? html` inputmode="email" autocapitalize="none" spellcheck="false"` : ''
  }${field.inputMode ? html` inputmode="${field.inputMode}"` : ''}${describedBy ? html` aria-describedby="${describedBy}"` : ''}${field.error ? html` aria-invalid="true"` : ''}></div>`;
}

/** A labelled field of several lines. */
export function areaField(field: Omit<TextField, 'type' | 'autocomplete' | 'inputMode'>): Html {
  const describedBy = [field.hint && `${field.id}-hint`, field.error && `${field.id}-error`].filter(Boolean).join(' ');
  // A line break right after the tag is not part of the value, so one is always given away.
  return html`<div class="field${field.error ? ' wrong' : ''}"><label for="${field.id}">${field.label}</label>
${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : ''}${
  field.error ? html`<p class="error" id="${field.id}-error">${field.error}</p>` : ''
}<textarea id="${field.id}" name="${field.name}" rows="4"${describedBy ? html` aria-describedby="${describedBy}"` : ''}${
    field.error ? html` aria-invalid="true"` : ''
  }>
${field.value}</textarea></div>`;
}

export interface ChoiceField {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** What the person chose themselves a moment ago; nothing is chosen for them. */
  readonly value: string;
  readonly error?: string | undefined;
}

/** One answer out of a few, none of them chosen beforehand. The first choice carries the id, so that a link leads to it. */
export function radioField(field: ChoiceField): Html {
  const describedBy = [field.hint && `${field.id}-hint`, field.error && `${field.id}-error`].filter(Boolean).join(' ');
  return html`<fieldset class="field${field.error ? ' wrong' : ''}"${describedBy ? html` aria-describedby="${describedBy}"` : ''}><legend>${field.label}</legend>
${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : ''}${
  field.error ? html`<p class="error" id="${field.id}-error">${field.error}</p>` : ''
}${field.choices.map((choice, at) => {
  const id = at === 0 ? field.id : `${field.id}-${at}`;
  return html`<div class="tick"><input type="radio" id="${id}" name="${field.name}" value="${choice.value}"${
    choice.value !== '' && choice.value === field.value ? html` checked` : ''
  }><label for="${id}">${choice.label}</label></div>`;
})}</fieldset>`;
}

/** One answer out of many; `empty` is what stands there until one is chosen. */
export function selectField(field: ChoiceField & { readonly empty: string }): Html {
  const describedBy = [field.hint && `${field.id}-hint`, field.error && `${field.id}-error`].filter(Boolean).join(' ');
  return html`<div class="field${field.error ? ' wrong' : ''}"><label for="${field.id}">${field.label}</label>
${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : ''}${
  field.error ? html`<p class="error" id="${field.id}-error">${field.error}</p>` : ''
}<select id="${field.id}" name="${field.name}"${describedBy ? html` aria-describedby="${describedBy}"` : ''}${
    field.error ? html` aria-invalid="true"` : ''
  }><option value="">${field.empty}</option>${field.choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === field.value ? html` selected` : ''}>${choice.label}</option>`,
  )}</select></div>`;
}

export interface TickBox {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What the person ticked themselves a moment ago or agreed to before; nothing else may set it. */
  readonly ticked: boolean;
  /** Shown below the hint, for instance since when it holds. */
  readonly state?: Html | undefined;
}

/** One box for one thing. */
export function tickBox(box: TickBox): Html {
  const describedBy = [box.hint && `${box.id}-hint`, box.state && `${box.id}-state`].filter(Boolean).join(' ');
  return html`<div class="tick"><input type="checkbox" id="${box.id}" name="${box.name}" value="${box.value}"${box.ticked ? html` checked` : ''}${
    describedBy ? html` aria-describedby="${describedBy}"` : ''
  }><label for="${box.id}">${box.label}</label>${box.hint ? html`<p class="hint" id="${box.id}-hint">${box.hint}</p>` : ''}${
    box.state ? html`<p class="state soft" id="${box.id}-state">${box.state}</p>` : ''
  }</div>`;
}

/** A field people do not see and programs fill in. */
export function trapField(label: string): Html {
  return html`<div class="trap" aria-hidden="true"><label for="website">${label}</label><input id="website" name="website" type="text" value="" tabindex="-1" autocomplete="off"></div>`;
}
