# shellcheck shell=bash
# Point-in-time recovery: base backups of the whole cluster, the archive of its WAL, and restoring with both.

# The archive of the private Postgres; the account that runs it can write there.
wal_archive() {
  if [[ -n ${WAYSIDE_WAL_ARCHIVE:-} ]]; then printf '%s' "$WAYSIDE_WAL_ARCHIVE"; else printf '%s' "$PG_HOME/archive"; fi
}

# archive_command FOLDER: Postgres runs it for each segment of WAL. After a crash it may run twice for the same
# segment, and must never replace a different one.
archive_command() {
  printf '%s' "if [ -e $1/%f ]; then cmp --quiet %p $1/%f; else cp %p $1/.%f.partial && sync $1/.%f.partial && mv $1/.%f.partial $1/%f; fi"
}

# The settings name your own Postgres, so this isn't about the private one.
names_own_postgres() { own_database || [[ -n ${DATABASE_BACKUP_URL:-}${DATABASE_REPLICATION_URL:-}${WAYSIDE_WAL_ARCHIVE:-} ]]; }

refuse_odd_archive() {
  [[ $1 =~ ^/[A-Za-z0-9/._-]+$ ]] || die "the WAL archive's folder can't be named in a command: $1" "Set WAYSIDE_WAL_ARCHIVE to an absolute path of letters, digits, dots, dashes."
}

# switch_archiving on|off: of the private Postgres, which must restart for it.
switch_archiving() {
  [[ $1 == on || $1 == off ]] || die "bin/backup archive on, or off"
  ! names_own_postgres || die "only the private Postgres is switched by this script." \
    "docs/backup.md says what to set in yours."
  find_postgres || die "the Postgres server programs are missing." "bin/dev installs them, or says how."
  start_postgres
  write_archive_settings "$1"
  stop_postgres
  start_postgres_as_before
  say "WAL is archived: $(as_superuser --command "SHOW archive_mode"). Folder: $(wal_archive)"
}

# Restarts it within a script, without changing which script must stop it.
start_postgres_as_before() {
  local started=$PG_STARTED
  start_postgres
  PG_STARTED=$started
}

write_archive_settings() {
  local folder
  folder=$(wal_archive)
  refuse_odd_archive "$folder"
  as_postgres mkdir -p -m 700 "$folder"
  as_postgres tee "$PG_DATA/archive.conf" >/dev/null <<CONF
# Written by bin/lib/recovery.sh: \`bin/backup archive on\` or \`off\`.
archive_mode = $1
archive_timeout = 15min # at most this much is lost with the disk
archive_command = '$(archive_command "$folder")'
CONF
}

# Copies the files of the running cluster, with the WAL that makes them consistent.
make_base_backup() {
  local url=${DATABASE_REPLICATION_URL:-}
  if [[ -n $url ]]; then
    find_postgres_clients
  elif names_own_postgres; then
    die "DATABASE_REPLICATION_URL isn't set." "It connects as a role with REPLICATION; docs/backup.md says how to make one."
  else
    find_postgres || die "the Postgres server programs are missing." "bin/dev installs them, or says how."
    start_postgres
    url=$(private_url postgres postgres)
  fi
  [[ $(psql_at "$(url_with_database "$url" postgres)" --command "SHOW archive_mode") != off ]] ||
    say "WAL is not archived, so this copy can only be restored as it is now, not to a later time: docs/backup.md"
  begin_backup
  "$PG_BIN/pg_basebackup" --no-password --dbname="$url" --pgdata="$BACKUP_NEW" --format=tar --gzip \
    --wal-method=stream --checkpoint=fast || die "the copy failed; the reason is above. It was deleted."
  local name
  name=base-$(timestamp)
  finish_backup "$name"
  say "$BACKUP_DIR/$name: the whole cluster, $(du --summarize --human-readable "$BACKUP_DIR/$name" | cut -f 1)." \
    "Copy it off this machine, with the WAL archive: docs/backup.md"
}

# restore_to_time TIME BASE INTO TYPED-NAME: the cluster as it was then. Empty BASE: the newest one before that time;
# empty INTO: the private Postgres.
restore_to_time() {
  local target=latest base=$2 into=$3 typed=$4
  [[ $1 == latest ]] || target=$(date --utc --date="$1" '+%Y-%m-%d %H:%M:%S.%N+00' 2>/dev/null) ||
    die "that is no time: $1" "For example --to-time '2027-02-03 14:05:00+01', or --to-time latest for everything that was archived."
  [[ -n $base ]] || base=$(base_backup_before "$1")
  [[ -f $base/base.tar.gz ]] || die "there is no base backup that is older than $1 in $BACKUP_DIR." "Name one with --base, or set WAYSIDE_BACKUP_DIR."
  verify_checksums "$base"
  if [[ -n $into ]]; then
    [[ -n ${WAYSIDE_WAL_ARCHIVE:-} ]] || die "set WAYSIDE_WAL_ARCHIVE to the folder of the archived WAL."
    prepare_data_folder "$base" "$into" "$target"
    say "$into holds $(basename -- "$base") and replays the WAL up to $target when Postgres starts on it." \
      "It must belong to the account that runs Postgres. docs/backup.md says how to go on."
  else
    recover_private_cluster "$base" "$target" "$typed"
  fi
}

# base_backup_before TIME: its folder, or nothing. The name has the time of completion.
base_backup_before() {
  local folder newest="" until=latest
  [[ $1 == latest ]] || until=base-$(date --utc --date="$1" "+$TIME_IN_NAMES")
  for folder in "$BACKUP_DIR"/base-*; do
    [[ -d $folder ]] || continue
    [[ $until == latest || ! $(basename -- "$folder") > $until ]] || continue
    newest=$folder
  done
  printf '%s' "$newest"
}

# prepare_data_folder BASE FOLDER TARGET: as the current account.
prepare_data_folder() {
  local archive
  archive=$(wal_archive)
  refuse_odd_archive "$archive"
  [[ ! -e $2 || -z $(as_data_owner "$2" ls -A "$2") ]] || die "$2 is not empty." "Move it away first: nothing is overwritten."
  as_data_owner "$2" mkdir -p -m 700 "$2"
  as_data_owner "$2" tar --extract --gzip --directory "$2" <"$1/base.tar.gz"
  as_data_owner "$2" tar --extract --gzip --directory "$2/pg_wal" <"$1/pg_wal.tar.gz"
  recovery_settings "$archive" "$3" | as_data_owner "$2" tee -a "$2/postgresql.auto.conf" >/dev/null
  as_data_owner "$2" touch "$2/recovery.signal"
}

# Under root the private Postgres belongs to a separate account.
as_data_owner() {
  local folder=$1
  shift
  if [[ $folder == "${PG_DATA:-}" ]]; then as_postgres "$@"; else "$@"; fi
}

recovery_settings() {
  printf "restore_command = 'cp %s/%%f %%p'\n" "$1"
  printf "recovery_target_action = 'promote'\n"
  [[ $2 == latest ]] || printf "recovery_target_time = '%s'\n" "$2"
}

# recover_private_cluster BASE TARGET TYPED-NAME
recover_private_cluster() {
  local replaced="" archiving=off setting started=yes
  ! names_own_postgres || die "only the private Postgres is replaced by this script." "For yours, add --into FOLDER: docs/backup.md"
  find_postgres || die "the Postgres server programs are missing." "bin/dev installs them, or says how."
  locate_cluster
  make_cluster_folders
  if as_postgres test -e "$PG_DATA/PG_VERSION"; then
    say "This takes every database of the private Postgres in $PG_HOME back to $2."
    name_is_typed "$DATABASE_NAME" "$3" || die "nothing was restored." \
      "To go on, add --replace $DATABASE_NAME. What is there now is kept in another folder."
    if [[ -n $(postmaster_pid) ]]; then
      started=no
      stop_postgres
    fi
    replaced=$PG_HOME/data-replaced-$(timestamp)
    as_postgres mv "$PG_DATA" "$replaced"
    ! as_postgres grep --quiet '^archive_mode = on' "$replaced/archive.conf" 2>/dev/null || archiving=on
    say "The data that was there is kept in $replaced; when you are sure, delete it."
  fi
  prepare_data_folder "$1" "$PG_DATA" "$2"
  # Segments that a crashed server hadn't archived yet; the archive's own have priority.
  [[ -z $replaced ]] || as_postgres cp --recursive --no-clobber "$replaced/pg_wal/." "$PG_DATA/pg_wal/"
  write_archive_settings "$archiving"
  say "Replaying …"
  start_postgres
  PG_STARTED=$started # a cluster that was running stays running
  for setting in restore_command recovery_target_action recovery_target_time; do
    as_superuser --command "ALTER SYSTEM RESET $setting"
  done
  refuse_lost_data
  say "The private Postgres is as it was at $2."
}

# Postgres doesn't report what an ended recovery found.
refuse_lost_data() {
  BACKUP_URL=$(private_url wayside_backup "$DATABASE_NAME")
  refuse_bound_role
  print_contents "$BACKUP_URL" >/dev/null || die "the restored database $DATABASE_NAME can't be read."
}

# prune_backups DAYS: always keeps the newest dump and base backup, and the WAL since the oldest base backup.
prune_backups() {
  local kind folder newest oldest
  [[ $1 =~ ^[0-9]+$ ]] || die "bin/backup prune DAYS"
  for kind in dump base; do
    newest=$(find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -name "$kind-*" | sort | tail -n 1)
    find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -name "$kind-*" -mtime "+$1" | sort | while read -r folder; do
      [[ $folder != "$newest" ]] || continue
      say "deleting $folder"
      rm -rf -- "$folder"
    done
  done
  oldest=$(find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -name 'base-*' | sort | head -n 1)
  [[ -z $oldest ]] || prune_wal "$oldest"
}

# prune_wal BASE: deletes the segments before the one with which that base starts.
prune_wal() {
  local archive first
  if names_own_postgres; then
    archive=${WAYSIDE_WAL_ARCHIVE:-}
  else
    locate_cluster
    archive=$(wal_archive)
  fi
  [[ -n $archive && -d $archive ]] || return 0
  first=$(first_segment "$1/backup_manifest")
  [[ -n $first ]] || die "$1/backup_manifest doesn't say where its WAL starts."
  find "$archive" -maxdepth 1 -type f | while read -r segment; do
    segment=$(basename -- "$segment")
    # The first eight digits are the timeline, of which histories stay.
    [[ $segment =~ ^[0-9A-F]{24} && ${segment:8:16} < ${first:8:16} ]] || continue
    rm -- "$archive/$segment"
  done
}

# first_segment BACKUP-MANIFEST: the name of the segment of WAL with which a base starts (16 MB each, as initdb makes them).
first_segment() {
  sed -nE 's/.*"Timeline": ([0-9]+), "Start-LSN": "([0-9A-F]+)\/([0-9A-F]+)".*/\1 \2 \3/p' "$1" | head -n 1 |
    while read -r timeline high low; do printf '%08X%08X%08X' "$timeline" "$((16#$high))" "$((16#$low / 16777216))"; done
}
