import { setStyles, withoutStyles } from '../ui/foreign-html.ts';
import styles from './messages.module.css';

interface LetterProps {
  html: string;
  title: string;
  language: string;
}

/**
 * A message as mail programs show it. `allow-same-origin` lets us set its styles; nothing else is allowed: no script, no
 * form, no navigation of this window.
 */
export function Letter({ html, title, language }: LetterProps) {
  return (
    <iframe
      className={styles.letter}
      title={title}
      sandbox="allow-same-origin"
      srcDoc={withoutStyles(html)}
      lang={language}
      onLoad={(event) => setStyles(event.currentTarget)}
    />
  );
}
