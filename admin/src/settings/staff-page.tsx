import { Button, NativeSelect, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { patch } from '../api/client.ts';
import { meQuery, staffQuery } from '../api/queries.ts';
import type { StaffMember } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { InviteDialog } from './invite-dialog.tsx';

export function StaffPage() {
  const t = useTexts();
  const may = useMay();
  const staff = useQuery(staffQuery);
  const [isOpen, dialog] = useDisclosure(false);

  return (
    <Page
      title={t.settings.staff.title}
      lead={t.settings.staff.lead}
      actions={
        may('staff.write') ? (
          <Button leftSection={<IconPlus />} onClick={dialog.open}>
            {t.settings.staff.invite}
          </Button>
        ) : null
      }
    >
      <Loaded query={staff}>{(members) => <StaffTable members={members} />}</Loaded>
      <InviteDialog opened={isOpen} onClose={dialog.close} />
    </Page>
  );
}

function StaffTable({ members }: { members: StaffMember[] }) {
  const t = useTexts();
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const words = t.settings.staff;
  const change = useMutation({
    mutationFn: ({ id, ...changed }: { id: string; role?: string; disabled?: boolean }) => patch(`/api/v1/staff/${id}`, changed),
    onSettled: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });

  return (
    <>
      {change.error ? <ProblemNotice problem={change.error} /> : null}
      <DataTable caption={words.caption} columns={[words.name, words.email, words.role, words.state]}>
        {members.map((member) => {
          const isMe = member.id === me?.staffMember.id;

          return (
            <Table.Tr key={member.id}>
              <Table.Th scope="row">{member.name}</Table.Th>
              <Table.Td data-label={words.email}>{member.email}</Table.Td>
              <Table.Td>
                <NativeSelect
                  aria-label={words.roleOf(member.name)}
                  value={member.role}
                  disabled={isMe}
                  data={Object.entries(t.words.role).map(([value, label]) => ({ value, label }))}
                  onChange={(event) => change.mutate({ id: member.id, role: event.currentTarget.value })}
                />
              </Table.Td>
              <Table.Td>
                <Mark tone={member.disabledAt ? 'no' : 'yes'}>{member.disabledAt ? words.disabled : words.active}</Mark>{' '}
                {isMe ? null : (
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => change.mutate({ id: member.id, disabled: !member.disabledAt })}
                  >
                    {member.disabledAt ? words.enable : words.disable}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </DataTable>
    </>
  );
}
