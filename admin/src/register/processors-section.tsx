import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Processor } from '../api/register-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Section } from '../ui/section.tsx';
import { Gaps } from './gaps.tsx';
import { ProcessorDialog } from './processor-dialog.tsx';

/** Who processes for us (Art. 28). */
export function ProcessorsSection({ processors }: { processors: Processor[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [opened, setOpened] = useState<Processor | 'new'>();
  const words = t.register;

  return (
    <Section
      title={words.processors}
      lead={words.processorsLead}
      actions={
        may('register.write') ? (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setOpened('new')}>
            {words.addProcessor}
          </Button>
        ) : null
      }
    >
      {processors.length === 0 ? (
        <Text size="sm">{words.noProcessors}</Text>
      ) : (
        <DataTable caption={words.processors} columns={[words.name, words.service, words.country, words.contract, words.missing]}>
          {processors.map((processor) => (
            <Table.Tr key={processor.id}>
              <Table.Th scope="row">
                {may('register.write') ? (
                  <Button variant="subtle" size="compact-md" px={0} onClick={() => setOpened(processor)}>
                    {processor.name}
                  </Button>
                ) : (
                  processor.name
                )}
              </Table.Th>
              <Table.Td data-label={words.service}>{processor.service}</Table.Td>
              <Table.Td data-label={words.country}>{format.country(processor.country)}</Table.Td>
              <Table.Td data-label={words.contract}>
                {[processor.contractReference, processor.contractDate ? format.shortDate(processor.contractDate) : null]
                  .filter(Boolean)
                  .join(', ') || '–'}
              </Table.Td>
              <Table.Td data-label={words.missing}>
                <Gaps gaps={processor.gaps} words={words.processorGap} />
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {opened ? <ProcessorDialog processor={opened === 'new' ? undefined : opened} onClose={() => setOpened(undefined)} /> : null}
    </Section>
  );
}
