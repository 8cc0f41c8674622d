import { useMemo } from 'react';
import { readStyleNonce } from '../theme/style-nonce.ts';
import styles from './time-machine.module.css';

interface KeptFrameProps {
  html: string;
  stylesheet: string;
  title: string;
}

/**
 * A kept page in a frame of its own origin: no scripts, no forms, no network, no way out. Its stylesheet stands in the page,
 * because from there nothing may be fetched; the frame inherits this program's policy, which lets a style in by its nonce.
 */
export function KeptFrame({ html, stylesheet, title }: KeptFrameProps) {
  const document = useMemo(() => framed(html, stylesheet), [html, stylesheet]);

  return <iframe className={styles.frame} title={title} sandbox="" srcDoc={document} />;
}

function framed(html: string, stylesheet: string): string {
  const nonce = readStyleNonce();
  const style = nonce ? `<style nonce="${nonce}">` : '<style>';
  const policy = `default-src 'none'; style-src ${nonce ? `'nonce-${nonce}'` : "'unsafe-inline'"}; img-src data:`;
  // Links open nothing: a new window is what a sandbox does not have.
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}"><base target="_blank">${style}${stylesheet}</style>`;

  return html.replace(/<link rel="stylesheet"[^>]*>/, () => head);
}
