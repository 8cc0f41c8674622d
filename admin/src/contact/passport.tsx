import { Stack, Text, Title } from '@mantine/core';
import type { Permission } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import styles from './contact.module.css';
import { PassportLine } from './passport-line.tsx';

/** Per purpose and channel: may we, why, since when, and what proves it. */
export function Passport({ permissions }: { permissions: Permission[] }) {
  const { t, language } = useLanguage();
  const words = t.contact.passport;
  const purposes = [...new Map(permissions.map(({ purpose }) => [purpose.id, purpose])).values()];
  const allowed = permissions.filter((permission) => permission.allowed).length;

  return (
    <Section
      title={words.title}
      lead={`${words.lead} ${permissions.length > 0 ? words.allowedCount(allowed, permissions.length) : ''}`}
    >
      {purposes.length === 0 ? <Text>{words.none}</Text> : null}
      <Stack gap="lg">
        {purposes.map((purpose) => (
          <div key={purpose.id}>
            <div className={styles.purpose}>
              <Title order={3}>{purpose.name[language]}</Title>
              {purpose.isMarketing ? (
                <Mark tone="plain" icon={null}>
                  {words.marketing}
                </Mark>
              ) : null}
            </div>
            <ul className={styles.lines}>
              {permissions
                .filter((permission) => permission.purpose.id === purpose.id)
                .map((permission) => (
                  <PassportLine key={permission.channel} permission={permission} />
                ))}
            </ul>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
