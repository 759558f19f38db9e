// SPDX-License-Identifier: GPL-2.0-or-later
/* What vmrun remembers of a physical function it had make virtual ones: to and from JSON. */
#include "model/vf_record.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

#define SCHEMA "vmrun.vf-record/1"

char *vf_record_text(const struct vf_record *record)
{
	_cleanup_json_ struct json *o = json_new_object();

	json_put_str(o, "schema", SCHEMA);
	json_put_str(o, "pf", PCIADDR_STR(&record->pf));
	json_put_int(o, "count", record->count);
	json_put_bool(o, "autoprobe", record->autoprobe);
	return json_text(o);
}

static int wrong(struct err *e, const char *member)
{
	return err_set(e, ERR_UNEXPECTED, EINVAL, NULL, "record: \"%s\" is missing or wrong",
		       member);
}

int vf_record_parse(const char *text, size_t len, struct vf_record *ret, struct err *e)
{
	_cleanup_json_ struct json *o = NULL;
	const char *schema, *pf;
	struct vf_record record;
	int64_t count;
	int r = json_parse(text, len, &o, e);

	if (r < 0)
		return r;
	schema = json_get_str(o, "schema");
	if (!schema || strcmp(schema, SCHEMA))
		return wrong(e, "schema");
	pf = json_get_str(o, "pf");
	if (!pf || pciaddr_parse(pf, &record.pf) < 0)
		return wrong(e, "pf");
	if (json_get_int(o, "count", &count) < 0 || count < 1 || count > UINT16_MAX)
		return wrong(e, "count");
	record.count = (unsigned int)count;
	record.autoprobe = json_get_bool(o, "autoprobe");
	*ret = record;
	return 0;
}
