/* Stands between the program and the system, for the tests: built with `cc -shared -fPIC`, put before the program with
 * LD_PRELOAD. Every call that changes a file, a name or a folder below SHIM_FOLDER is counted; one can be made to fail, room
 * can run out, and all that happens can be written down, to be played again up to the moment of a power cut.
 *
 * Some of the program's parts call the system past the C library. So the calls are not caught by name but by a filter in
 * the kernel (seccomp), which sends those named below to `on_call`. What this file itself asks of the system bears a mark
 * in its sixth argument, which none of these calls uses, and is let through.
 *
 * SHIM_FOLDER   the folder that is watched
 * SHIM_LOG      where calls are written down; outside the folder
 * SHIM_DATA     with the bytes that are written, also those to stdout and stderr
 * SHIM_FAIL     the number of the call that fails; SHIM_ERROR says how: an errno, or `short` for a half of what is written
 * SHIM_FOREVER  from that call on, all that can fail so do
 * SHIM_ROOM     how many bytes the files may still grow
 * SHIM_KEEP     what the engine puts beside a file (-wal, -shm) is not taken away, so that it can be looked at
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
static const int ARGUMENTS[6] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
static long argument(ucontext_t *at, int n) { return at->uc_mcontext.gregs[ARGUMENTS[n]]; }
static void answer(ucontext_t *at, long with) { at->uc_mcontext.gregs[REG_RAX] = with; }
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
static long argument(ucontext_t *at, int n) { return at->uc_mcontext.regs[n]; }
static void answer(ucontext_t *at, long with) { at->uc_mcontext.regs[0] = with; }
#else
#error "the shim knows the registers of x86_64 and aarch64 only"
#endif

#define MARK_LOW 0x4c64674cu
#define MARK_HIGH 0x53484d21u
#define MARK (((uint64_t)MARK_HIGH << 32) | MARK_LOW)
#define NONE (-1)
#define LONGEST 4096

/* A call: what it is called in the log, and which argument is what. */
struct door {
    long number;
    const char *name;
    int fd, folder, path, to_folder, to_path;
};

static const struct door DOORS[] = {
    {SYS_write, "write", 0, NONE, NONE, NONE, NONE},
    {SYS_pwrite64, "write", 0, NONE, NONE, NONE, NONE},
    {SYS_writev, "write", 0, NONE, NONE, NONE, NONE},
    {SYS_fsync, "sync", 0, NONE, NONE, NONE, NONE},
    {SYS_fdatasync, "sync", 0, NONE, NONE, NONE, NONE},
    {SYS_ftruncate, "truncate", 0, NONE, NONE, NONE, NONE},
    {SYS_fchmod, "mode", 0, NONE, NONE, NONE, NONE},
    {SYS_fchmodat, "mode", NONE, 0, 1, NONE, NONE},
    {SYS_openat, "open", NONE, 0, 1, NONE, NONE},
    {SYS_mkdirat, "folder", NONE, 0, 1, NONE, NONE},
    {SYS_renameat2, "rename", NONE, 0, 1, 2, 3},
    {SYS_linkat, "link", NONE, 0, 1, 2, 3},
    {SYS_unlinkat, "unlink", NONE, 0, 1, NONE, NONE},
#ifdef SYS_renameat
    {SYS_renameat, "rename", NONE, 0, 1, 2, 3},
#endif
#ifdef SYS_open
    {SYS_open, "open", NONE, NONE, 0, NONE, NONE},
    {SYS_mkdir, "folder", NONE, NONE, 0, NONE, NONE},
    {SYS_rename, "rename", NONE, NONE, 0, NONE, 1},
    {SYS_link, "link", NONE, NONE, 0, NONE, 1},
    {SYS_unlink, "unlink", NONE, NONE, 0, NONE, NONE},
    {SYS_rmdir, "unlink", NONE, NONE, 0, NONE, NONE},
    {SYS_chmod, "mode", NONE, NONE, 0, NONE, NONE},
#endif
};
#define COUNT (sizeof DOORS / sizeof DOORS[0])

static char watched[LONGEST];
static size_t watched_length;
static int record = -1;
static int with_data, forever, shortens, keeps;
static long calls, fails_at, fails_with;
static long room = -1;

/* Asks the system, unwatched. */
static long ask(long number, long a, long b, long c, long d, long e) {
    long told = syscall(number, a, b, c, d, e, MARK);
    return told == -1 ? -errno : told;
}

static int is_watched(const char *path) {
    return strncmp(path, watched, watched_length) == 0 && (path[watched_length] == 0 || path[watched_length] == '/');
}

/* Where an open file is; empty where that cannot be told. */
static void path_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, LONGEST - 1);
    out[length < 0 ? 0 : length] = 0;
    char *gone = strstr(out, " (deleted)");
    if (gone) *gone = 0;
}

static void whole_path(int folder, const char *path, char *out) {
    char base[LONGEST] = "";
    if (path[0] != '/') {
        if (folder == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) base[0] = 0;
        } else {
            path_of(folder, base);
        }
    }
    while (path[0] == '.' && path[1] == '/') path += 2;
    if (path[0] == '/') snprintf(out, LONGEST, "%s", path);
    else if (path[0] == 0 || strcmp(path, ".") == 0) snprintf(out, LONGEST, "%s", base);
    else snprintf(out, LONGEST, "%s/%s", base, path);
    size_t length = strlen(out);
    if (length > 1 && out[length - 1] == '/') out[length - 1] = 0;
}

static void put(const void *bytes, size_t length) {
    const char *from = bytes;
    while (length > 0) {
        long written = ask(SYS_write, record, (long)from, length, 0, 0);
        if (written <= 0) return;
        from += written;
        length -= written;
    }
}

/* A line, and then as many bytes as it says: name, answer, inode, place, length, path, other path. */
static void note(const char *name, long told, uint64_t inode, long place, const void *bytes, size_t length, const char *path, const char *to) {
    if (record < 0) return;
    static char line[2 * LONGEST + 256];
    if (!with_data) length = 0;
    int size = snprintf(line, sizeof line, "%s\t%ld\t%llu\t%ld\t%zu\t%s\t%s\n", name, told, (unsigned long long)inode, place, length, path, to);
    put(line, size);
    put(bytes, length);
}

/* Whether a call of this kind can fail so. */
static int can_fail(const char *name, long with, int makes) {
    if (shortens) return strcmp(name, "write") == 0;
    if (with == ENOSPC || with == EDQUOT) return strcmp(name, "unlink") != 0 && strcmp(name, "mode") != 0 && makes;
    if (with == EROFS) return makes;
    return 1;
}

static size_t bytes_of(long number, const long *a) {
    if (number != SYS_writev) return a[2];
    size_t sum = 0;
    for (long n = 0; n < a[2]; n++) sum += ((struct iovec *)a[1])[n].iov_len;
    return sum;
}

/* The first so many bytes of what a call would write. */
static long write_some(long number, const long *a, size_t most) {
    if (number == SYS_writev) {
        const struct iovec *first = (struct iovec *)a[1];
        long parts = 0;
        while (parts < a[2] && first[parts].iov_len <= most) most -= first[parts++].iov_len;
        if (parts == 0) return ask(SYS_write, a[0], (long)first[0].iov_base, most, 0, 0);
        return ask(SYS_writev, a[0], a[1], parts, 0, 0);
    }
    return ask(number, a[0], a[1], most, a[3], 0);
}

static long place_of(const struct door *door, const long *a, const struct stat *about) {
    if (door->number == SYS_pwrite64) return a[3];
    if (door->number == SYS_ftruncate) return a[1];
    if (strcmp(door->name, "write") != 0) return 0;
    int flags = fcntl(a[0], F_GETFL);
    return flags >= 0 && (flags & O_APPEND) ? about->st_size : lseek(a[0], 0, SEEK_CUR);
}

static void note_bytes(const struct door *door, const long *a, long told, uint64_t inode, long place, const char *name, const char *path) {
    if (door->number != SYS_writev) {
        note(name, told, inode, place, (void *)a[1], told > 0 ? told : 0, path, "");
        return;
    }
    const struct iovec *part = (struct iovec *)a[1];
    for (size_t left = told > 0 ? told : 0; left > 0; part++) {
        size_t length = part->iov_len < left ? part->iov_len : left;
        note(name, length, inode, place, part->iov_base, length, path, "");
        left -= length;
        place += length;
    }
}

static int ends(const char *path, const char *with) {
    size_t length = strlen(path), end = strlen(with);
    return length >= end && strcmp(path + length - end, with) == 0;
}

static long on_watched(const struct door *door, long *a, const char *path, const char *to) {
    struct stat about = {0};
    const char *name = door->name;
    int is_write = strcmp(name, "write") == 0, makes = 1, is_new = 0;
    if (door->fd != NONE) fstat(a[door->fd], &about);
    if (strcmp(name, "open") == 0) {
        long flags = a[door->path + 1];
        is_new = (flags & O_CREAT) && access(path, F_OK) != 0;
        makes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
        name = is_new ? "create" : makes ? "open" : "look";
    }
    calls++;
    int fails = fails_at > 0 && (calls == fails_at || (forever && calls > fails_at)) && can_fail(name, fails_with, makes);
    long place = place_of(door, a, &about), told;
    size_t length = is_write ? bytes_of(door->number, a) : 0;
    if (keeps && strcmp(name, "unlink") == 0 && (ends(path, "-wal") || ends(path, "-shm"))) {
        told = -EIO;
    } else if (fails && !shortens) {
        told = -fails_with;
    } else if (fails && length > 1) {
        told = write_some(door->number, a, length / 2);
    } else if (room >= 0 && is_write && place + (long)length > about.st_size) {
        long kept = about.st_size > place ? about.st_size - place : 0;
        long fits = kept + room < (long)length ? kept + room : (long)length;
        told = fits > 0 ? write_some(door->number, a, fits) : -ENOSPC;
        if (told > kept) room -= told - kept;
    } else if (room == 0 && strcmp(name, "folder") == 0) {
        told = -ENOSPC;
    } else {
        told = ask(door->number, a[0], a[1], a[2], a[3], a[4]);
    }
    if (is_write) {
        if (with_data) note_bytes(door, a, told, about.st_ino, place, name, path);
        if (told <= 0 || !with_data) note(name, told, about.st_ino, place, "", 0, path, "");
        return told;
    }
    if (told >= 0 && strcmp(name, "unlink") != 0) {
        if (strcmp(name, "create") == 0 || strcmp(name, "open") == 0) fstat(told, &about);
        else if (door->fd == NONE) lstat(to[0] ? to : path, &about);
    }
    note(name, told, about.st_ino, place, "", 0, path, to);
    if (strcmp(name, "open") == 0 && told >= 0 && (a[door->path + 1] & O_TRUNC)) note("truncate", 0, about.st_ino, 0, "", 0, path, "");
    return told;
}

static void on_call(int signal, siginfo_t *about, void *context) {
    (void)signal;
    ucontext_t *at = context;
    int kept = errno;
    static char path[LONGEST], to[LONGEST];
    long a[6];
    for (int n = 0; n < 6; n++) a[n] = argument(at, n);
    const struct door *door = DOORS;
    while (door->number != about->si_syscall) door++;
    path[0] = to[0] = 0;
    if (door->fd != NONE) path_of(a[door->fd], path);
    else whole_path(door->folder == NONE ? AT_FDCWD : (int)a[door->folder], (const char *)a[door->path], path);
    if (door->to_path != NONE) whole_path(door->to_folder == NONE ? AT_FDCWD : (int)a[door->to_folder], (const char *)a[door->to_path], to);
    long told;
    if (is_watched(path) || (to[0] && is_watched(to))) {
        told = on_watched(door, a, path, to);
    } else {
        told = ask(door->number, a[0], a[1], a[2], a[3], a[4]);
        int is_said = with_data && strcmp(door->name, "write") == 0 && (a[0] == 1 || a[0] == 2);
        if (is_said) note_bytes(door, a, told, a[0], 0, "say", "");
    }
    errno = kept;
    answer(at, told);
}

static long number_in(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

static void refuse(const char *why) {
    fprintf(stderr, "shim: %s\n", why);
    _exit(99);
}

/* The filter: the calls above go to `on_call`, unless they bear the mark. */
static void install(void) {
    static struct sock_filter filter[COUNT + 10];
    size_t n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t door = 0; door < COUNT; door++)
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DOORS[door].number, COUNT - door, 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]));
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK_LOW, 0, 2);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4);
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK_HIGH, 1, 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = n, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        refuse("the kernel takes no filter");
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("SHIM_FOLDER"), *log = getenv("SHIM_LOG"), *how = getenv("SHIM_ERROR");
    if (!folder) return;
    watched_length = snprintf(watched, sizeof watched, "%s", folder);
    with_data = number_in("SHIM_DATA") != 0;
    forever = number_in("SHIM_FOREVER") != 0;
    keeps = number_in("SHIM_KEEP") != 0;
    fails_at = number_in("SHIM_FAIL");
    shortens = how && strcmp(how, "short") == 0;
    fails_with = how ? atol(how) : EIO;
    if (getenv("SHIM_ROOM")) room = number_in("SHIM_ROOM");
    if (log && (record = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) refuse("the log cannot be opened");
    note("begin", 0, 0, 0, "", 0, "", "");
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO};
    if (sigaction(SIGSYS, &action, NULL) != 0) refuse("the signal cannot be taken");
    install();
}
