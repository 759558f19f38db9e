// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that takes a second: on the serial console it says which PCI functions it sees, then it powers off.
 *
 * With "stay" on its command line it stays, says what is plugged into the ports ("GUEST added …") and taken out of them ("GUEST
 * removed …"), lets go of what it is asked for, and powers off when its power button is pressed.
 *
 * A Multiboot kernel (Multiboot Specification 0.6.96, 3.1), which QEMU's -kernel takes; protected mode, no interrupts, no
 * memory but its own. It speaks like the inner guest made of Linux: "GUEST pci 0000:01:00.0 1b36:0010 class 0x010802".
 *
 *	gcc -m32 -O2 -ffreestanding -fno-pic -fno-stack-protector -nostdlib -static -Wl,-Ttext=0x100000 -o tiny tiny.c
 */
#include <stdint.h>

#define MAGIC 0x1badb002u
#define COM1 0x3f8
#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
/* Where SeaBIOS puts the power management registers of every machine of QEMU; SLP_EN with type 0 is S5 there. */
#define PM1A_STATUS 0x600
#define PM1A_ENABLE 0x602
#define PM1A_CONTROL 0x604
#define SLEEP 0x2000
#define POWER_BUTTON 0x100
/* QEMU's hot plug of PCI devices on a q35 (docs/specs/acpi_pci_hotplug.rst): slots to be let go of, those let go of, the bus. */
#define SLOTS_DOWN 0xcc4
#define SLOTS_EJECT 0xcc8
#define SLOTS_BUS 0xcd0
#define SLOTS_BUSES 32
/* Multiboot information: that there is a command line, and where. */
#define INFO_CMDLINE 4

__attribute__((section(".text.head"), used)) static const uint32_t header[] = { MAGIC, 0, -MAGIC };

static uint8_t stack[4096] __attribute__((used, aligned(16)));

__asm__(".globl _start\n_start:\n\tmov $stack+4096, %esp\n\tpush %ebx\n\tcall guest_main\n1:\thlt\n\tjmp 1b\n");

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static uint16_t in16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void put(const char *text)
{
	for (; *text; text++) {
		while (!(in8(COM1 + 5) & 0x20))
			;
		out8(COM1, (uint8_t)*text);
	}
}

static void put_hex(uint32_t value, int digits)
{
	char text[9] = { 0 };

	for (int i = 0; i < digits; i++)
		text[i] = "0123456789abcdef"[value >> 4 * (digits - 1 - i) & 15];
	put(text);
}

static uint32_t config(uint32_t function, uint32_t at)
{
	out32(CONFIG_ADDRESS, 0x80000000u | function << 8 | at);
	return in32(CONFIG_DATA);
}

static void show(const char *what, uint32_t function)
{
	uint32_t ids = config(function, 0);

	put("GUEST ");
	put(what);
	put(" 0000:");
	put_hex(function >> 8, 2);
	put(":");
	put_hex(function >> 3 & 31, 2);
	put(".");
	put_hex(function & 7, 1);
	put(" ");
	put_hex(ids & 0xffff, 4);
	put(":");
	put_hex(ids >> 16, 4);
	put(" class 0x");
	put_hex(config(function, 8) >> 8, 6);
	put("\r\n");
}

/* Buses are scanned as far as bridges say that there are any: port by port, all 65536 functions would take a minute here. */
static uint32_t last_bus;

static void visit(uint32_t function)
{
	if ((config(function, 0) & 0xffff) == 0xffff)
		return;
	show("pci", function);
	/* Header type 1: its fourth register from 0x18 on has the last bus behind it (PCI-to-PCI Bridge Architecture 3.2.5). */
	if ((config(function, 0x0c) >> 16 & 0x7f) == 1 &&
	    (config(function, 0x18) >> 16 & 0xff) > last_bus)
		last_bus = config(function, 0x18) >> 16 & 0xff;
}

static int there[256];

/* Behind each port there is room for one device. */
static void look(uint32_t bus, int say)
{
	uint32_t function = bus << 8;
	int now = (config(function, 0) & 0xffff) != 0xffff;

	if (say && now && !there[bus])
		show("added", function);
	if (say && !now && there[bus]) {
		put("GUEST removed 0000:");
		put_hex(bus, 2);
		put(":00.0\r\n");
	}
	there[bus] = now;
}

static void let_go(void)
{
	for (uint32_t bus = 0; bus < SLOTS_BUSES; bus++) {
		uint32_t slots;

		out32(SLOTS_BUS, bus);
		slots = in32(SLOTS_DOWN);
		if (slots)
			out32(SLOTS_EJECT, slots & -slots);
	}
}

static void stay(void)
{
	for (uint32_t bus = 1; bus <= last_bus; bus++)
		look(bus, 0);
	out16(PM1A_STATUS, POWER_BUTTON);
	out16(PM1A_ENABLE, POWER_BUTTON);
	while (!(in16(PM1A_STATUS) & POWER_BUTTON)) {
		let_go();
		for (uint32_t bus = 1; bus <= last_bus; bus++)
			look(bus, 1);
		/* Reading this port takes a moment, and nothing else. */
		for (int i = 0; i < 2000; i++)
			(void)in8(0x80);
	}
	put("GUEST power button\r\n");
}

static int wants_stay(const uint32_t *info)
{
	const char *text = info[0] & INFO_CMDLINE ? (const char *)(uintptr_t)info[4] : "";

	for (; *text; text++)
		if (text[0] == 's' && text[1] == 't' && text[2] == 'a' && text[3] == 'y')
			return 1;
	return 0;
}

/** guest_main() - Where _start goes, with the Multiboot information */
void guest_main(const uint32_t *info);
void guest_main(const uint32_t *info)
{
	for (uint32_t bus = 0; bus <= last_bus; bus++)
		for (uint32_t device = bus << 8; device < (bus + 1) << 8; device += 8) {
			uint32_t functions = config(device, 0x0c) >> 23 & 1 ? 8 : 1;

			for (uint32_t i = 0; i < functions; i++)
				visit(device + i);
		}
	put("GUEST done\r\n");
	if (wants_stay(info))
		stay();
	out16(PM1A_CONTROL, SLEEP);
}
