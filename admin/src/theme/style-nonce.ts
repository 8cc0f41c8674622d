declare global {
  // Read by get-nonce, which Mantine's scroll lock uses for the one <style> it adds by itself.
  var __webpack_nonce__: string | undefined;
}

/** The nonce the server put into the page, or undefined when the page was served without one. */
export function readStyleNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  // Browsers hide the attribute from scripts after parsing and keep the property.
  const nonce = meta?.nonce || meta?.content || undefined;
  if (nonce) globalThis.__webpack_nonce__ = nonce;

  return nonce;
}
