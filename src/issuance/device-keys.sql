-- Units that the upgrade which gave keys to units found with another unit's key, as long as they have a valid certificate for a key that
-- is not their own: a key is a unit's own when it first came with a certificate of that unit.
create function units_with_others_keys(most int) returns table (unit text, owner text)
language sql stable
as $$
  select holder.serial, min(owning.serial)
  from shared_device_key shared
  join device_key on device_key.identity = shared.identity
  join unit holder on holder.id = shared.unit_id
  join unit owning on owning.id = device_key.unit_id
  where exists (
    select from certificate held where held.unit_id = shared.unit_id and held.state = 'valid' and not exists (
      select from certificate came join device_key own on own.first_serial_number = came.serial_number
      where came.unit_id = held.unit_id and own.unit_id = held.unit_id and came.spki_sha256 = held.spki_sha256))
  group by holder.serial order by holder.serial limit most
$$;
