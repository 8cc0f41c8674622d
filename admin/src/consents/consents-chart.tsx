import type { ConsentTrend } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import styles from './consents.module.css';

const width = 640;
const height = 260;
const gutter = 44;
const foot = 26;
const LABELS = 5;

/**
 * Given rises above the line; below it hang what was withdrawn or expired, hatched, and what was refused, dotted: told apart
 * by place and pattern, and by colour last.
 */
export function ConsentsChart({ trend: { periods } }: { trend: ConsentTrend }) {
  const { t, format } = useLanguage();
  const words = t.consents;
  const lost = (period: (typeof periods)[number]) => period.withdrawn + period.expired;
  const highest = Math.max(1, ...periods.map(({ given }) => given));
  const deepest = Math.max(0, ...periods.map((period) => lost(period) + period.refused));
  const unit = (height - foot - 24) / (highest + deepest);
  const line = 12 + highest * unit;
  const slot = (width - gutter) / periods.length;
  const every = Math.ceil(periods.length / LABELS);

  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.chart}>
        <defs>
          <pattern id="lost" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" className={styles.lostGround} />
            <line x1="2" y1="0" x2="2" y2="6" className={styles.lostStroke} />
          </pattern>
          <pattern id="refused" width="5" height="5" patternUnits="userSpaceOnUse">
            <rect width="5" height="5" className={styles.refusedGround} />
            <circle cx="2.5" cy="2.5" r="1.2" className={styles.refusedDot} />
          </pattern>
        </defs>
        <text x={gutter - 8} y={18} textAnchor="end">
          {format.number(highest)}
        </text>
        <text x={gutter - 8} y={line + 5} textAnchor="end">
          0
        </text>
        {deepest * unit > 18 ? (
          <text x={gutter - 8} y={line + deepest * unit} textAnchor="end">
            {format.number(deepest)}
          </text>
        ) : null}
        {periods.map((period, position) => {
          const x = gutter + position * slot + slot * 0.12;
          const column = { x, width: Math.max(1, slot * 0.76) };

          return (
            <g key={period.start}>
              {period.given > 0 ? (
                <rect className={styles.given} {...column} y={line - period.given * unit} height={period.given * unit} />
              ) : null}
              {lost(period) > 0 ? (
                <rect className={styles.lost} fill="url(#lost)" {...column} y={line} height={lost(period) * unit} />
              ) : null}
              {period.refused > 0 ? (
                <rect
                  className={styles.refused}
                  fill="url(#refused)"
                  {...column}
                  y={line + lost(period) * unit}
                  height={period.refused * unit}
                />
              ) : null}
            </g>
          );
        })}
        <line x1={gutter} x2={width} y1={line} y2={line} className={styles.axis} />
        {periods.map(({ start }, position) => {
          const x = gutter + position * slot;
          // Near the right edge a label would run out of the picture.
          return position % every === 0 && x < width - 60 ? (
            <text key={start} x={x} y={height - 5}>
              {format.shortDay(start)}
            </text>
          ) : null;
        })}
      </svg>
      <figcaption>
        <span>
          <i className={styles.givenKey} aria-hidden="true" /> {words.given}
        </span>
        <span>
          <i className={styles.lostKey} aria-hidden="true" /> {words.ended}
        </span>
        <span>
          <i className={styles.refusedKey} aria-hidden="true" /> {words.refused}
        </span>
      </figcaption>
    </figure>
  );
}
