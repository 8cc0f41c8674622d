import type { TrendDay } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import styles from './home.module.css';

const width = 480;
const height = 190;
const gutter = 30;
const foot = 20;

/** Given rises above the line, withdrawn, expired and refused hang below it and are hatched: told apart without colour. */
export function TrendChart({ trend }: { trend: TrendDay[] }) {
  const { t, format } = useLanguage();
  const words = t.home.trend;
  const highest = Math.max(1, ...trend.map(({ given }) => given));
  const deepest = Math.max(0, ...trend.map(({ withdrawn, expired, refused }) => withdrawn + expired + refused));
  const unit = (height - foot - 16) / (highest + deepest);
  const line = 8 + highest * unit;
  const slot = (width - gutter) / trend.length;
  const labelled = trend.filter((_, position) => position % 7 === 0);

  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.chart}>
        <defs>
          <pattern id="ended" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className={styles.endedGround} />
            <line x1="1.5" y1="0" x2="1.5" y2="5" className={styles.endedStroke} />
          </pattern>
        </defs>
        <text x={gutter - 6} y={14} textAnchor="end">
          {format.number(highest)}
        </text>
        <text x={gutter - 6} y={line + 4} textAnchor="end">
          0
        </text>
        {deepest * unit > 14 ? (
          <text x={gutter - 6} y={line + deepest * unit} textAnchor="end">
            {format.number(deepest)}
          </text>
        ) : null}
        {trend.map(({ day, given, withdrawn, expired, refused }, position) => {
          const x = gutter + position * slot + slot * 0.14;
          const ended = withdrawn + expired + refused;

          return (
            <g key={day}>
              {given > 0 ? (
                <rect className={styles.given} x={x} y={line - given * unit} width={slot * 0.72} height={given * unit} rx="1.5" />
              ) : null}
              {ended > 0 ? (
                <rect fill="url(#ended)" className={styles.ended} x={x} y={line} width={slot * 0.72} height={ended * unit} />
              ) : null}
            </g>
          );
        })}
        <line x1={gutter} x2={width} y1={line} y2={line} className={styles.axis} />
        {labelled.map(({ day }, week) => {
          const x = gutter + week * 7 * slot;
          // A label near the right edge ends there instead of running out of the picture.
          const isLast = x > width - 50;

          return (
            <text key={day} x={isLast ? width : x} y={height - 4} textAnchor={isLast ? 'end' : 'start'}>
              {format.shortDay(day)}
            </text>
          );
        })}
      </svg>
      <figcaption>
        <span>
          <i className={styles.givenKey} aria-hidden="true" /> {words.given}
        </span>
        <span>
          <i className={styles.endedKey} aria-hidden="true" /> {words.ended}
        </span>
      </figcaption>
    </figure>
  );
}
