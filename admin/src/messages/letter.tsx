import type { SyntheticEvent } from 'react';
import styles from './messages.module.css';

interface LetterProps {
  html: string;
  title: string;
  language: string;
}

/**
 * A message as mail programs show it. Mail needs style attributes, and our policy refuses them in markup; so they wait
 * under another name and are set one by one through the CSSOM, which the policy allows to our own script.
 *
 * `allow-same-origin` lets us do that. Nothing else is allowed: no script, no form, no navigation of this window.
 */
export function Letter({ html, title, language }: LetterProps) {
  return (
    <iframe
      className={styles.letter}
      title={title}
      sandbox="allow-same-origin"
      srcDoc={html.replaceAll(' style="', ' data-style="')}
      lang={language}
      onLoad={setStyles}
    />
  );
}

function setStyles(event: SyntheticEvent<HTMLIFrameElement>): void {
  const styled = event.currentTarget.contentDocument?.querySelectorAll<HTMLElement>('[data-style]') ?? [];
  for (const element of styled) element.style.cssText = element.getAttribute('data-style') ?? '';
}
