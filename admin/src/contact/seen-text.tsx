import styles from './contact.module.css';

export function SeenText({ body, language }: { body: string; language: string }) {
  return (
    <blockquote className={styles.seen} lang={language}>
      {body}
    </blockquote>
  );
}
