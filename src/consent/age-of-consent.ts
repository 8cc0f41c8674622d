/** Art. 8(1) GDPR where a state has not chosen a lower age. */
const USUAL_AGE = 16;

/**
 * From which age somebody consents for themselves, by the law of the controller's country (Art. 8(1) GDPR): Bulgaria ЗЗЛД
 * чл. 25в, Austria DSG § 4(4), Denmark since 2024, Slovenia ZVOP-2, and so on. Of a country that is not here, 16.
 */
const ages: Readonly<Record<string, number>> = {
  AT: 14,
  BE: 13,
  BG: 14,
  CY: 14,
  CZ: 15,
  DE: 16,
  DK: 15,
  EE: 13,
  ES: 14,
  FI: 13,
  FR: 15,
  GB: 13,
  GR: 15,
  HR: 16,
  HU: 16,
  IE: 16,
  IS: 13,
  IT: 14,
  LI: 16,
  LT: 14,
  LU: 16,
  LV: 13,
  MT: 13,
  NL: 16,
  NO: 13,
  PL: 16,
  PT: 13,
  RO: 16,
  SE: 13,
  SI: 15,
  SK: 16,
};

export function ageOfConsent(country: string): number {
  return ages[country] ?? USUAL_AGE;
}
