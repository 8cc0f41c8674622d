import { type CSSVariablesResolver, createTheme, Input, type MantineColorsTuple, Menu } from '@mantine/core';

// Mantine's own shades 6 fail WCAG AA on white (blue-6 3.56:1); shade 8 of this one reaches 6.4:1.
const ink: MantineColorsTuple = [
  '#eef3ff',
  '#dce4f9',
  '#b7c7f2',
  '#93abec',
  '#7793e6',
  '#5f7fdf',
  '#4d6fd6',
  '#3f60c6',
  '#3454b4',
  '#28439a',
];

export const theme = createTheme({
  colors: { ink },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  respectReducedMotion: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif',
  components: {
    // Its placeholder for the focus is an element that may not stand in a menu; the first item takes the focus instead.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    // Hints stand below their field, so that fields side by side stay on one line.
    InputWrapper: Input.Wrapper.extend({ defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } }),
  },
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
});

/** Muted, placeholder and error texts that reach 4.5:1 in both colour schemes; Mantine's own do not. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--app-surface': '#ffffff',
    '--app-backdrop': '#f6f7fa',
    '--app-line': '#dfe3ea',
    '--app-plain-soft': '#e9ecf1',
    '--app-yes': '#1f7a3f',
    '--app-no': '#b42318',
    '--app-wait': '#8a5a00',
    '--app-yes-soft': '#e8f5ec',
    '--app-no-soft': '#fdeceb',
    '--app-wait-soft': '#fdf3dc',
    '--app-note-soft': '#eaf0fd',
    '--app-note': '#28439a',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': '#a0a0a0',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-ink-3)',
    '--app-surface': '#1f2024',
    '--app-backdrop': '#17181b',
    '--app-line': '#3a3c43',
    '--app-plain-soft': '#33353c',
    '--app-yes': '#6fd08c',
    '--app-no': '#ff9a91',
    '--app-wait': '#f0c264',
    '--app-yes-soft': '#1c3324',
    '--app-no-soft': '#3d2220',
    '--app-wait-soft': '#392e17',
    '--app-note-soft': '#212b45',
    '--app-note': '#b7c7f2',
  },
});
