"""The only doors to PDF, iCalendar, spreadsheets, QR codes and charts."""
