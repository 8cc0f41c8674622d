import type { ReactNode } from 'react';

interface IconProps {
  size?: number;
  color?: string;
}

/** Decoration beside words: hidden from screen readers, because the word says it. */
function drawn(shape: ReactNode) {
  return function Icon({ size = 18, color = 'currentColor' }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke={color}
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        style={{ flexShrink: 0 }}
      >
        {shape}
      </svg>
    );
  };
}

export const IconWork = drawn(
  <>
    <path d="M4 12a8 8 0 0 1 13.7-5.6L20 8" />
    <path d="M20 4v4h-4" />
    <path d="M20 12a8 8 0 0 1-13.7 5.6L4 16" />
    <path d="M4 20v-4h4" />
  </>,
);
export const IconHome = drawn(<path d="M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6h-6v6H5a1 1 0 0 1-1-1z" />);
export const IconPeople = drawn(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 15c1.8.9 2.8 2.6 3 5" />
  </>,
);
export const IconPerson = drawn(
  <>
    <circle cx="12" cy="8" r="3.8" />
    <path d="M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6" />
  </>,
);
export const IconMessage = drawn(
  <>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <path d="M3.5 7l8.5 6 8.5-6" />
  </>,
);
export const IconShield = drawn(
  <path d="M12 3l7.5 2.8v5.7c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V5.8zM8.8 12l2.3 2.3 4.2-4.4" />,
);
export const IconSettings = drawn(
  <>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2.2" />
    <circle cx="9" cy="17" r="2.2" />
  </>,
);
export const IconSearch = drawn(
  <>
    <circle cx="11" cy="11" r="6.5" />
    <path d="M16 16l4.5 4.5" />
  </>,
);
export const IconYes = drawn(<path d="M5 12.8l4.5 4.5L19 7.5" />);
export const IconNo = drawn(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />);
export const IconWait = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
export const IconWarning = drawn(<path d="M12 4L2.8 19.5h18.4zM12 10v4.5M12 17.2v.1" />);
export const IconInfo = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11v5M12 8v.1" />
  </>,
);
export const IconPhone = drawn(
  <path d="M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4 5.7 2 2 0 0 1 6 3.5z" />,
);
export const IconPost = drawn(<path d="M4 20V9.5a3.5 3.5 0 0 1 7 0V20M7.5 6H17a3.5 3.5 0 0 1 3.5 3.5V16H11M14.5 10h3M4 20h7" />);
export const IconCompany = drawn(
  <path d="M4 20V5.5L13 3v17M13 9h6v11M2.5 20h19M7.5 8.5h2M7.5 12h2M7.5 15.5h2M16 12.5v.1M16 16v.1" />,
);
export const IconPlus = drawn(<path d="M12 5v14M5 12h14" />);
export const IconDownload = drawn(<path d="M12 4v11M7.5 11l4.5 4.5L16.5 11M4.5 19.5h15" />);
export const IconPencil = drawn(<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5" />);
export const IconTrash = drawn(<path d="M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5" />);
export const IconStop = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M6.2 6.2l11.6 11.6" />
  </>,
);
export const IconPause = drawn(<path d="M9 5.5v13M15 5.5v13" />);
export const IconPlay = drawn(<path d="M7 5l11 7-11 7z" />);
export const IconSend = drawn(<path d="M20.5 3.5L10 14M20.5 3.5L14 20.5l-4-6.5-6.5-4z" />);
export const IconOpen = drawn(
  <path d="M13.5 4.5h6v6M19.5 4.5L11 13M10 5.5H5.5a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V14" />,
);
export const IconCopy = drawn(
  <>
    <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
    <path d="M15.5 8.5v-3a1.5 1.5 0 0 0-1.5-1.5H5.5A1.5 1.5 0 0 0 4 5.5V14a1.5 1.5 0 0 0 1.5 1.5h3" />
  </>,
);
export const IconLeft = drawn(<path d="M14.5 6L8.5 12l6 6" />);
export const IconRight = drawn(<path d="M9.5 6l6 6-6 6" />);
export const IconUp = drawn(<path d="M6 14.5l6-6 6 6" />);
export const IconDown = drawn(<path d="M6 9.5l6 6 6-6" />);
export const IconDots = drawn(
  <g fill="currentColor" stroke="none">
    <circle cx="5.5" cy="12" r="1.8" />
    <circle cx="12" cy="12" r="1.8" />
    <circle cx="18.5" cy="12" r="1.8" />
  </g>,
);
export const IconSun = drawn(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3L7 7M17 17l1.7 1.7M5.3 18.7L7 17M17 7l1.7-1.7" />
  </>,
);
export const IconMoon = drawn(<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />);
export const IconAuto = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 3.5v17M12 8h6.5M12 12h8.5M12 16h6.5" />
  </>,
);
export const IconGlobe = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17z" />
  </>,
);
export const IconKeyboard = drawn(
  <>
    <rect x="2.5" y="6" width="19" height="12" rx="2" />
    <path d="M6 10v.1M10 10v.1M14 10v.1M18 10v.1M7.5 14h9" />
  </>,
);
export const IconExit = drawn(<path d="M14 4.5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h8M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5" />);
export const IconLedger = drawn(
  <path d="M6 3.5h11a1.5 1.5 0 0 1 1.5 1.5v15.5H7.5A2 2 0 0 1 5.5 18.5V5M9 8h6M9 12h6M5.5 18.5a2 2 0 0 1 2-2h11" />,
);
