/* Lists folders called "pictures" backwards in every second process that lists one.

   Processes are counted in the file ORDER_COUNT. As a file system does that keeps names by hash. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST 256

static struct {
    DIR *folder;
    struct dirent entries[MOST];
    int count, next;
} now;

static int backwards(void) {
    static int own = -1;
    if (own < 0) {
        int file = open(getenv("ORDER_COUNT"), O_WRONLY | O_APPEND | O_CREAT, 0600);
        if (file < 0 || write(file, "x", 1) != 1) abort();
        own = lseek(file, 0, SEEK_CUR) % 2;
        close(file);
    }
    return own;
}

static int is_pictures(DIR *folder) {
    char link[64], path[4096];
    ssize_t size;
    strcpy(link, "/proc/self/fd/");
    int number = dirfd(folder), place = strlen(link);
    char digits[16];
    int many = 0;
    do digits[many++] = '0' + number % 10; while (number /= 10);
    while (many) link[place++] = digits[--many];
    link[place] = 0;
    size = readlink(link, path, sizeof path - 1);
    return size > 9 && !memcmp(path + size - 9, "/pictures", 9);
}

struct dirent *readdir(DIR *folder) {
    static struct dirent *(*original)(DIR *);
    struct dirent *one;
    if (!original) original = (struct dirent *(*)(DIR *))dlsym(RTLD_NEXT, "readdir");
    if (now.folder == folder && now.next) return now.next < now.count ? &now.entries[now.next++] : NULL;
    if (!is_pictures(folder) || !backwards()) return original(folder);
    now.folder = folder;
    now.count = now.next = 0;
    while (now.count < MOST && (one = original(folder))) now.entries[now.count++] = *one;
    for (int low = 0, high = now.count - 1; low < high; low++, high--) {
        struct dirent kept = now.entries[low];
        now.entries[low] = now.entries[high];
        now.entries[high] = kept;
    }
    return now.count ? &now.entries[now.next++] : NULL;
}

struct dirent64 *readdir64(DIR *folder) { return (struct dirent64 *)readdir(folder); }

int closedir(DIR *folder) {
    static int (*original)(DIR *);
    if (!original) original = (int (*)(DIR *))dlsym(RTLD_NEXT, "closedir");
    if (now.folder == folder) now.folder = NULL, now.next = 0;
    return original(folder);
}
