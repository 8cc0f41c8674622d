// Served at /f/FORM/embed.js. Sends a copied form in place and says what is wrong beside the field; whenever anything is
// unusual the form goes the ordinary way. Also keeps a frame as tall as its page. No cookie, no storage.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src);
  const path = home.pathname.replace(/\/embed\.js$/, '');

  // In the frame.
  if (script.dataset.sites !== undefined) {
    const sites = script.dataset.sites.split(' ');
    let told = () => {};
    addEventListener('message', ({ origin, source, data }) => {
      if (source !== parent || !sites.includes(origin) || data?.saglasie !== 'height?') return;
      told = () => parent.postMessage({ saglasie: 'height', height: document.body.offsetHeight }, origin);
      told();
    });
    addEventListener('DOMContentLoaded', () => new ResizeObserver(() => told()).observe(document.body));
    return;
  }

  const isOurs = (address, ending) => {
    const url = new URL(address, location.href);
    return url.origin === home.origin && url.pathname === path + ending;
  };

  const watch = (frame) => {
    const ask = () => frame.contentWindow?.postMessage({ saglasie: 'height?' }, home.origin);
    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== home.origin || source !== frame.contentWindow || data?.saglasie !== 'height') return;
      frame.style.height = `${Math.min(Math.max(Number(data.height) || 0, 100), 10000)}px`;
    });
    frame.addEventListener('load', ask);
    ask();
  };

  const aliases = { email: 'EMAIL', given_name: 'FNAME', family_name: 'LNAME', phone: 'PHONE', boxes: 'consent' };

  const fieldOf = (form, name) => form.querySelector(`[name="${name}"],[name="${aliases[name]}"]`);

  const enhance = (form) => {
    const made = [];
    const add = (text, where, place, role) => {
      const note = document.createElement('p');
      note.textContent = text;
      note.id = `saglasie-${Math.random()}`;
      note.className = 'saglasie-message';
      if (role) note.setAttribute('role', role);
      where.insertAdjacentElement(place, note);
      made.push(() => note.remove());
      return note;
    };
    const change = (field, name, value) => {
      const before = field.getAttribute(name);
      field.setAttribute(name, value);
      made.push(() => (before === null ? field.removeAttribute(name) : field.setAttribute(name, before)));
    };
    const plainly = () => HTMLFormElement.prototype.submit.call(form);

    const showProblems = ({ title, errors }) => {
      const found = errors.map(({ field, message }) => ({ field: fieldOf(form, field), message }));
      // What cannot be said beside its field is said on our own page.
      if (!found.length || found.some(({ field }) => !field)) return plainly();
      add(title, form, 'afterbegin', 'alert');
      for (const { field, message } of found) {
        const group = field.type === 'checkbox' && field.closest('fieldset');
        const note = group
          ? add(message, group.querySelector('legend') ?? group, 'afterend')
          : add(message, field, 'beforebegin');
        change(field, 'aria-invalid', 'true');
        change(field, 'aria-describedby', `${note.id} ${field.getAttribute('aria-describedby') ?? ''}`.trim());
      }
      found[0].field.focus();
    };

    form.addEventListener('submit', async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      for (const undo of made.splice(0).reverse()) undo();
      const button = event.submitter;
      const body = new URLSearchParams(new FormData(form, button));
      if (button) button.disabled = true;
      try {
        const headers = { accept: 'application/json' };
        const answer = await fetch(form.action, { method: 'POST', body, headers, credentials: 'omit' });
        const said = await answer.json();
        if (answer.status === 202) {
          if (said.next) return location.assign(said.next);
          const done = document.createElement('div');
          done.setAttribute('role', 'status');
          done.tabIndex = -1;
          for (const text of [said.message, said.text]) done.appendChild(document.createElement('p')).textContent = text;
          form.replaceWith(done);
          return done.focus();
        }
        if (answer.status === 422) return showProblems(said);
        if (answer.status === 429) return add(`${said.title}. ${said.detail}`, form, 'afterbegin', 'alert');
        plainly();
      } catch {
        plainly();
      } finally {
        if (button) button.disabled = false;
      }
    });
  };

  const start = () => {
    for (const form of document.forms) if (isOurs(form.getAttribute('action') ?? '', '')) enhance(form);
    for (const frame of document.querySelectorAll('iframe[src]')) if (isOurs(frame.src, '/embed')) watch(frame);
  };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
})();
