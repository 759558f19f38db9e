/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main program of a fuzz target built without libFuzzer: replay files, print TAP. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_SECONDS 10

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * replay_file() - Give the target one file
 * @path:  the file
 *
 * The name is printed first: when the target dies, it is the last in the log. The data is in a
 * block of exactly its size, so that ASan sees a read past its end.
 *
 * Return: 1, the number of inputs; exits when the file cannot be read
 */
static int replay_file(const char *path)
{
	uint8_t *data;
	size_t size;
	FILE *file;
	struct stat st;

	file = fopen(path, "rb");
	if (!file || fstat(fileno(file), &st) < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size) {
		printf("Bail out! %s: cannot read it\n", path);
		exit(1);
	}
	fclose(file);
	printf("# %s\n", path);
	alarm(INPUT_SECONDS);
	LLVMFuzzerTestOneInput(data, size);
	alarm(0);
	free(data);
	return 1;
}

/**
 * replay_path() - Give the target a file, or every file below a folder
 * @path:  the file or folder
 *
 * Return: the number of inputs
 */
static int replay_path(const char *path)
{
	struct dirent **entries;
	struct stat st;
	int count = 0;
	int n, i;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return replay_file(path);
	n = scandir(path, &entries, NULL, alphasort);
	for (i = 0; i < n; i++) {
		char below[4096];

		if (entries[i]->d_name[0] != '.') {
			snprintf(below, sizeof(below), "%s/%s", path, entries[i]->d_name);
			count += replay_path(below);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return count;
}

/**
 * main() - Replay the files and folders named, and the empty input
 * @argc:  number of arguments
 * @argv:  files and folders
 *
 * Return: 0; 1 when there was no file
 */
int main(int argc, char **argv)
{
	int count = 0;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (i = 1; i < argc; i++)
		count += replay_path(argv[i]);
	printf("%s 1 - %d inputs\n1..1\n", count ? "ok" : "not ok", count);
	return count ? 0 : 1;
}
